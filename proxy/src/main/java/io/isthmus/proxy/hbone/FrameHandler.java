package io.isthmus.proxy.hbone;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The rules of each frame: lengths, stream states, windows, floods. What concerns one stream resets
 * that stream; what leaves the two sides with different views of the connection ends it by {@link
 * ConnectionFault}.
 */
final class FrameHandler implements FrameReader.Sink {

  private final Session session;
  private final StreamTable streams;
  private final FloodGuard floods;
  private final HeaderBlock block;
  private final HeadersHandler headers;
  private @Nullable HboneStream dataStream;

  FrameHandler(Session session, HeadersHandler headers, ByteBufAllocator alloc) {
    this.session = session;
    this.streams = session.streams();
    this.floods = session.floods();
    this.block = new HeaderBlock(alloc);
    this.headers = headers;
  }

  void release() {
    block.release();
  }

  // ---- DATA

  @Override
  public void onDataFrame(int streamId, int length, int overhead, boolean endStream)
      throws ConnectionFault {
    dataStream = null;
    if (session.isEnded()) {
      return;
    }
    expectNoOpenBlock(Frame.DATA);
    expectStream("DATA", streamId);
    if (length == 0 && !endStream) {
      floods.count(Flood.EMPTY_DATA);
    } else if (length < FloodGuard.SMALL_DATA) {
      floods.count(Flood.SMALL_FRAMES);
    }
    if (!session.receiveWindow().charge(length + overhead)) {
      throw new ConnectionFault(
          ErrorCode.FLOW_CONTROL_ERROR,
          "DATA of " + (length + overhead) + " bytes is over the connection's window");
    }
    session.giveBack(overhead);
    HboneStream stream = streams.get(streamId);
    if (stream == null) {
      onClosedStream(streamId);
    } else if (stream.isRemoteEnded()) {
      fail(stream, ErrorCode.STREAM_CLOSED, "DATA after END_STREAM");
    } else if (!stream.isAnswered() && session.role() == Role.CLIENT) {
      fail(stream, ErrorCode.PROTOCOL_ERROR, "DATA before the response");
    } else if (!stream.charge(length + overhead)) {
      fail(stream, ErrorCode.FLOW_CONTROL_ERROR, "DATA over the stream's window");
    } else {
      stream.giveBack(overhead);
      dataStream = stream;
    }
  }

  @Override
  public void onData(ByteBuf slice) {
    HboneStream stream = dataStream;
    if (stream != null && !stream.isClosed()) {
      stream.receive(slice);
      return;
    }
    // Nobody takes it: its credit goes straight back to the connection, or the pool would hang.
    int size = slice.readableBytes();
    slice.release();
    session.giveBack(size);
  }

  @Override
  public void onDataFrameEnd(boolean endStream) {
    HboneStream stream = dataStream;
    dataStream = null;
    if (endStream && stream != null && !stream.isClosed()) {
      stream.remoteEnd();
    }
  }

  private void onClosedStream(int streamId) throws ConnectionFault {
    if (streams.closed(streamId) != StreamTable.Closed.RESET_HERE) {
      floods.count(Flood.RESETS);
      session.sendReset(streamId, ErrorCode.STREAM_CLOSED);
    }
  }

  // ---- all others

  @Override
  public void onUnknownFrame(int type) throws ConnectionFault {
    expectNoOpenBlock(type);
    floods.count(Flood.SMALL_FRAMES);
  }

  @Override
  public void onFrame(int type, int flags, int streamId, ByteBuf payload, int length)
      throws ConnectionFault {
    if (session.isEnded()) {
      return;
    }
    if (type == Frame.CONTINUATION) {
      onContinuation(flags, streamId, payload, length);
      return;
    }
    expectNoOpenBlock(type);
    switch (type) {
      case Frame.HEADERS -> {
        expectNotZero("HEADERS", streamId);
        complete(block.onHeaders(flags, streamId, payload, length));
      }
      case Frame.PRIORITY -> onPriority(streamId, length);
      case Frame.RST_STREAM -> onReset(streamId, payload, length);
      case Frame.SETTINGS -> onSettings(flags, streamId, payload, length);
      case Frame.PING -> onPing(flags, streamId, payload, length);
      case Frame.GOAWAY -> onGoAway(streamId, payload, length);
      case Frame.WINDOW_UPDATE -> onWindowUpdate(streamId, payload, length);
      default ->
          throw new ConnectionFault(
              ErrorCode.PROTOCOL_ERROR, "PUSH_PROMISE, which this side does not accept");
    }
  }

  private void onContinuation(int flags, int streamId, ByteBuf payload, int length)
      throws ConnectionFault {
    if (block.openStreamId() == 0 || block.openStreamId() != streamId) {
      throw new ConnectionFault(
          ErrorCode.PROTOCOL_ERROR, "CONTINUATION of stream " + streamId + " without its HEADERS");
    }
    complete(block.onContinuation(flags, payload, length));
  }

  private void complete(HeaderBlock.@Nullable Decoded decoded) throws ConnectionFault {
    if (decoded != null) {
      headers.onHeaders(decoded);
    }
  }

  /** Deprecated by RFC 9113; a frame of the wrong length is still an error of its stream. */
  private void onPriority(int streamId, int length) throws ConnectionFault {
    floods.count(Flood.SMALL_FRAMES);
    expectNotZero("PRIORITY", streamId);
    if (length != 5) {
      HboneStream stream = streams.get(streamId);
      if (stream == null) {
        throw new ConnectionFault(
            ErrorCode.FRAME_SIZE_ERROR, "PRIORITY of " + length + " bytes, expected 5");
      }
      fail(stream, ErrorCode.FRAME_SIZE_ERROR, "PRIORITY of " + length + " bytes, expected 5");
    }
  }

  private void onReset(int streamId, ByteBuf payload, int length) throws ConnectionFault {
    expectLength("RST_STREAM", length, 4);
    expectStream("RST_STREAM", streamId);
    floods.count(Flood.RESETS);
    HboneStream stream = streams.get(streamId);
    if (stream != null) {
      ErrorCode code = ErrorCode.ofWire(payload.readUnsignedInt());
      stream.close(new StreamEnd.ResetByPeer(code), StreamTable.Closed.RESET_BY_PEER);
    }
  }

  private void onSettings(int flags, int streamId, ByteBuf payload, int length)
      throws ConnectionFault {
    expectStreamZero("SETTINGS", streamId);
    if ((flags & Frame.ACK) != 0) {
      expectLength("SETTINGS acknowledgement", length, 0);
      session.settingsAcked();
      return;
    }
    floods.count(Flood.SETTINGS);
    int before = session.peer().initialWindow();
    session.peer().apply(payload, length);
    session.writer().settingsAck();
    session.peerSettingsChanged(session.peer().initialWindow() - before);
  }

  private void onPing(int flags, int streamId, ByteBuf payload, int length) throws ConnectionFault {
    expectStreamZero("PING", streamId);
    expectLength("PING", length, 8);
    long value = payload.readLong();
    if ((flags & Frame.ACK) != 0) {
      session.pingAcked(value);
    } else {
      floods.count(Flood.PINGS);
      session.writer().ping(Frame.ACK, value);
    }
  }

  private void onGoAway(int streamId, ByteBuf payload, int length) throws ConnectionFault {
    expectStreamZero("GOAWAY", streamId);
    if (length < 8) {
      throw new ConnectionFault(
          ErrorCode.FRAME_SIZE_ERROR, "GOAWAY of " + length + " bytes, expected 8 or more");
    }
    int last = payload.readInt() & Integer.MAX_VALUE;
    ErrorCode code = ErrorCode.ofWire(payload.readUnsignedInt());
    int text = Math.min(length - 8, 256);
    session.onGoAway(last, code, payload.readCharSequence(text, UTF_8).toString());
  }

  private void onWindowUpdate(int streamId, ByteBuf payload, int length) throws ConnectionFault {
    expectLength("WINDOW_UPDATE", length, 4);
    int increment = payload.readInt() & Integer.MAX_VALUE;
    if (increment < FloodGuard.TINY_INCREMENT) {
      floods.count(Flood.TINY_WINDOW_UPDATES);
    }
    if (streamId == 0) {
      onConnectionCredit(increment);
      return;
    }
    expectStream("WINDOW_UPDATE", streamId);
    HboneStream stream = streams.get(streamId);
    if (stream == null) {
      return;
    }
    if (increment == 0) {
      fail(stream, ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE of 0");
    } else if (!stream.growSendWindow(increment)) {
      fail(stream, ErrorCode.FLOW_CONTROL_ERROR, "WINDOW_UPDATE over 2^31-1");
    }
  }

  private void onConnectionCredit(int increment) throws ConnectionFault {
    if (increment == 0) {
      throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, "WINDOW_UPDATE of 0");
    }
    if (!session.sendWindow().grow(increment)) {
      throw new ConnectionFault(
          ErrorCode.FLOW_CONTROL_ERROR, "WINDOW_UPDATE of the connection over 2^31-1");
    }
    session.sender().flushSoon();
  }

  // ---- expectations

  /** Resets the stream; counted, since making us reset is as good an attack as resetting. */
  private void fail(HboneStream stream, ErrorCode code, String detail) throws ConnectionFault {
    floods.count(Flood.RESETS);
    stream.resetHere(code, detail);
  }

  private void expectNoOpenBlock(int type) throws ConnectionFault {
    if (block.openStreamId() != 0) {
      throw new ConnectionFault(
          ErrorCode.PROTOCOL_ERROR,
          "frame of type "
              + type
              + " between HEADERS and CONTINUATION of stream "
              + block.openStreamId());
    }
  }

  /** A frame that only a stream that was opened, even if closed by now, can get. */
  private void expectStream(String frame, int streamId) throws ConnectionFault {
    expectNotZero(frame, streamId);
    if (streams.isIdle(streamId)) {
      throw new ConnectionFault(
          ErrorCode.PROTOCOL_ERROR, frame + " on stream " + streamId + ", which is idle");
    }
  }

  private static void expectNotZero(String frame, int streamId) throws ConnectionFault {
    if (streamId == 0) {
      throw new ConnectionFault(ErrorCode.PROTOCOL_ERROR, frame + " on stream 0");
    }
  }

  private static void expectStreamZero(String frame, int streamId) throws ConnectionFault {
    if (streamId != 0) {
      throw new ConnectionFault(
          ErrorCode.PROTOCOL_ERROR, frame + " on stream " + streamId + ", expected 0");
    }
  }

  private static void expectLength(String frame, int length, int expected) throws ConnectionFault {
    if (length != expected) {
      throw new ConnectionFault(
          ErrorCode.FRAME_SIZE_ERROR, frame + " of " + length + " bytes, expected " + expected);
    }
  }
}
