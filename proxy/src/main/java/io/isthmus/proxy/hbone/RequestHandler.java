package io.isthmus.proxy.hbone;

import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Server role: requests. Nothing malformed reaches the {@link ConnectHandler}: a broken header list
 * resets the stream, a well-formed request that is no tunnel is answered with 400 as well.
 */
final class RequestHandler implements HeadersHandler {

  private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);
  private static final int BAD_REQUEST = 400;
  private static final int HEADERS_TOO_LARGE = 431;

  private final Session session;
  private final StreamTable streams;
  private final RequestRules rules;
  private final ConnectHandler handler;

  RequestHandler(Session session, RequestRules rules, ConnectHandler handler) {
    this.session = session;
    this.streams = session.streams();
    this.rules = rules;
    this.handler = handler;
  }

  @Override
  public void onHeaders(HeaderBlock.Decoded block) throws ConnectionFault {
    int id = block.streamId();
    HboneStream open = streams.get(id);
    if (open != null) {
      onSecondBlock(open);
      return;
    }
    if (!streams.isRemote(id)) {
      throw new ConnectionFault(
          ErrorCode.PROTOCOL_ERROR, "HEADERS on stream " + id + ", expected an odd id");
    }
    if (!streams.isIdle(id)) {
      onClosedStream(id);
      return;
    }
    streams.remoteOpened(id);
    if (!session.acceptsStreams()) {
      session.floods().count(Flood.RESETS);
      session.sendReset(id, ErrorCode.REFUSED_STREAM);
      streams.remember(id, StreamTable.Closed.RESET_HERE);
      return;
    }
    accept(block);
  }

  private void accept(HeaderBlock.Decoded block) throws ConnectionFault {
    HboneStream stream = new HboneStream(session, block.streamId());
    session.added(stream);
    WireHeaders headers = block.headers();
    if (headers == null) {
      session.floods().count(Flood.RESETS);
      stream.refuse(HEADERS_TOO_LARGE, ErrorCode.NO_ERROR);
      return;
    }
    String broken = headers.violation();
    if (broken != null) {
      session.floods().count(Flood.RESETS);
      stream.resetHere(ErrorCode.PROTOCOL_ERROR, broken);
      return;
    }
    if (rules.violation(headers) != null) {
      session.floods().count(Flood.RESETS);
      stream.refuse(BAD_REQUEST, ErrorCode.PROTOCOL_ERROR);
      return;
    }
    if (!handOver(stream, headers)) {
      return;
    }
    if (block.endStream() && !stream.isClosed()) {
      stream.remoteEnd();
    }
  }

  private boolean handOver(HboneStream stream, WireHeaders headers) {
    try {
      stream.listener(handler.onConnect(stream, request(headers)));
      return true;
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).addKeyValue("stream", stream.id()).log("connect handler failed");
      stream.resetHere(ErrorCode.INTERNAL_ERROR, "connect handler failed: " + e);
      return false;
    }
  }

  private void onSecondBlock(HboneStream stream) throws ConnectionFault {
    session.floods().count(Flood.RESETS);
    if (stream.isRemoteEnded()) {
      stream.resetHere(ErrorCode.STREAM_CLOSED, "HEADERS after END_STREAM");
    } else {
      // RFC 9113, section 8.5: on a tunnel only DATA and stream management.
      stream.resetHere(ErrorCode.PROTOCOL_ERROR, "trailers on a tunnel");
    }
  }

  private void onClosedStream(int id) throws ConnectionFault {
    switch (streams.closed(id)) {
      case RESET_HERE -> {
        // Sent before the peer saw our RST_STREAM.
      }
      case RESET_BY_PEER, ENDED ->
          throw new ConnectionFault(
              ErrorCode.STREAM_CLOSED, "HEADERS on stream " + id + ", which is closed");
      case IMPLICIT ->
          throw new ConnectionFault(
              ErrorCode.PROTOCOL_ERROR,
              "HEADERS on stream " + id + ", expected above " + streams.highestRemoteId());
    }
  }

  private static ConnectRequest request(WireHeaders headers) {
    Map<String, String> regular = new HashMap<>();
    CharSequence authority = headers.authority();
    headers.forEach(header -> {
      String name = header.getKey().toString();
      if (!name.startsWith(":")) {
        regular.merge(name, header.getValue().toString(), (a, b) -> a + "," + b);
      }
    });
    return new ConnectRequest(authority == null ? "" : authority.toString(), regular);
  }
}
