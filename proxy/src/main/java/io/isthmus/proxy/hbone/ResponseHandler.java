package io.isthmus.proxy.hbone;

import org.jspecify.annotations.Nullable;

/** Client role: responses. One final response a stream; informational ones are skipped. */
final class ResponseHandler implements HeadersHandler {

  private final Session session;
  private final StreamTable streams;

  ResponseHandler(Session session) {
    this.session = session;
    this.streams = session.streams();
  }

  @Override
  public void onHeaders(HeaderBlock.Decoded block) throws ConnectionFault {
    int id = block.streamId();
    HboneStream stream = streams.get(id);
    if (stream == null) {
      onNoStream(id);
      return;
    }
    if (stream.isAnswered()) {
      fail(
          stream,
          stream.isRemoteEnded() ? ErrorCode.STREAM_CLOSED : ErrorCode.PROTOCOL_ERROR,
          "HEADERS after the response of a tunnel");
      return;
    }
    WireHeaders headers = block.headers();
    if (headers == null) {
      fail(stream, ErrorCode.PROTOCOL_ERROR, "response headers are too long");
      return;
    }
    int status = status(headers);
    String broken = violation(headers, status, block.endStream());
    if (broken != null) {
      fail(stream, ErrorCode.PROTOCOL_ERROR, broken);
    } else if (status < 200) {
      session.floods().count(Flood.SMALL_FRAMES);
    } else {
      stream.onResponse(status, headers, block.endStream());
    }
  }

  private void onNoStream(int id) throws ConnectionFault {
    if (streams.isRemote(id) || streams.isIdle(id)) {
      throw new ConnectionFault(
          ErrorCode.PROTOCOL_ERROR, "HEADERS on stream " + id + ", which was not opened here");
    }
    switch (streams.closed(id)) {
      case RESET_HERE, IMPLICIT -> {
        // The answer to a stream that was given up here.
      }
      case RESET_BY_PEER, ENDED ->
          throw new ConnectionFault(
              ErrorCode.STREAM_CLOSED, "HEADERS on stream " + id + ", which is closed");
    }
  }

  private void fail(HboneStream stream, ErrorCode code, String detail) throws ConnectionFault {
    session.floods().count(Flood.RESETS);
    stream.resetHere(code, detail);
  }

  private static @Nullable String violation(WireHeaders headers, int status, boolean endStream) {
    if (headers.violation() != null) {
      return headers.violation();
    }
    if (headers.method() != null
        || headers.path() != null
        || headers.scheme() != null
        || headers.authority() != null
        || headers.contains(":protocol")) {
      return "request pseudo-header in a response";
    }
    if (status < 100) {
      return ":status is not a number of three digits";
    }
    if (status == 101) {
      return "status 101, which HTTP/2 does not have";
    }
    return status < 200 && endStream ? "END_STREAM on status " + status : null;
  }

  /** The status; 0 when it is missing or malformed. */
  private static int status(WireHeaders headers) {
    CharSequence text = headers.status();
    if (text == null || text.length() != 3) {
      return 0;
    }
    int status = 0;
    for (int i = 0; i < 3; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return 0;
      }
      status = status * 10 + digit;
    }
    return status;
  }
}
