package io.isthmus.proxy.hbone;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames. Headers and small payloads of all streams go into one buffer; large payloads pass
 * as they are, in order behind it. Nothing is flushed here but by {@link #flush}: one flush per
 * loop iteration, measured at 28.0 against 40.8 us of CPU a small request with a flush per frame.
 */
final class FrameWriter {

  private static final int CAPACITY = 16 * 1024;

  /** Copying 4 KiB costs less than a buffer of its own does in TLS and in the channel's queue. */
  static final int COPY_LIMIT = 4 * 1024;

  private static final int FLAGS_OFFSET = 4;

  private final ChannelHandlerContext ctx;
  private @Nullable ByteBuf gathered;
  private int unflushed;

  /** Where in {@link #gathered} the last DATA frame of {@link #data} lies. */
  private int dataStream;

  private int dataStart;
  private int dataEnd;

  FrameWriter(ChannelHandlerContext ctx) {
    this.ctx = ctx;
  }

  /** Bytes written since the last flush: they do not show in the channel's writability yet. */
  int unflushed() {
    return unflushed;
  }

  /**
   * A whole DATA frame of at most {@link #COPY_LIMIT} bytes, copied, so that the buffer it was read
   * into is free again at once. Takes ownership. What a stream writes in several small pieces, with
   * nothing of others in between, becomes one frame: peers meter frames below 256 bytes.
   */
  void data(int streamId, ByteBuf data) {
    int size = data.readableBytes();
    ByteBuf out = room(Frame.HEADER_LENGTH + size);
    if (streamId != dataStream || dataEnd != out.writerIndex()) {
      dataStream = streamId;
      dataStart = out.writerIndex();
      writeHeader(out, Frame.DATA, 0, streamId, 0);
    }
    out.writeBytes(data);
    data.release();
    dataEnd = out.writerIndex();
    out.setMedium(dataStart, dataEnd - dataStart - Frame.HEADER_LENGTH);
  }

  /** END_STREAM: on the stream's last DATA frame when that is still here, else on an empty one. */
  void endData(int streamId) {
    ByteBuf out = gathered;
    if (out != null && streamId == dataStream && dataEnd == out.writerIndex()) {
      out.setByte(dataStart + FLAGS_OFFSET, Frame.END_STREAM);
    } else {
      header(Frame.DATA, Frame.END_STREAM, streamId, 0);
    }
  }

  /** The header of a frame whose payload follows by {@link #payload}. */
  void header(int type, int flags, int streamId, int length) {
    writeHeader(room(Frame.HEADER_LENGTH), type, flags, streamId, length);
  }

  /** Payload behind {@link #header}. Takes ownership. */
  void payload(ByteBuf data) {
    int size = data.readableBytes();
    if (size <= COPY_LIMIT) {
      room(size).writeBytes(data);
      data.release();
      return;
    }
    pass();
    unflushed += size;
    ctx.write(data, ctx.voidPromise());
  }

  /**
   * HEADERS, with CONTINUATION when the block is longer than the peer's frames. Takes ownership.
   */
  void headers(int streamId, ByteBuf block, int endStream, int maxFrameSize) {
    int type = Frame.HEADERS;
    int flags = endStream;
    while (block.readableBytes() > maxFrameSize) {
      header(type, flags, streamId, maxFrameSize);
      payload(block.readRetainedSlice(maxFrameSize));
      type = Frame.CONTINUATION;
      flags = 0;
    }
    header(type, flags | Frame.END_HEADERS, streamId, block.readableBytes());
    payload(block);
  }

  void reset(int streamId, ErrorCode code) {
    frame(Frame.RST_STREAM, 0, streamId, 4).writeInt(code.wire());
  }

  void windowUpdate(int streamId, int increment) {
    frame(Frame.WINDOW_UPDATE, 0, streamId, 4).writeInt(increment);
  }

  void ping(int flags, long payload) {
    frame(Frame.PING, flags, 0, 8).writeLong(payload);
  }

  void settingsAck() {
    frame(Frame.SETTINGS, Frame.ACK, 0, 0);
  }

  /** SETTINGS of {id, value, id, value, ...}. */
  void settings(int... pairs) {
    ByteBuf out = frame(Frame.SETTINGS, 0, 0, pairs.length / 2 * 6);
    for (int i = 0; i < pairs.length; i += 2) {
      out.writeShort(pairs[i]).writeInt(pairs[i + 1]);
    }
  }

  void preface(ByteBuf preface) {
    payload(preface);
  }

  void goAway(int lastStreamId, ErrorCode code, String debug) {
    byte[] text = debug.getBytes(UTF_8);
    frame(Frame.GOAWAY, 0, 0, 8 + text.length)
        .writeInt(lastStreamId)
        .writeInt(code.wire())
        .writeBytes(text);
  }

  /** Hands what was gathered to the channel. */
  void pass() {
    ByteBuf out = gathered;
    if (out != null) {
      gathered = null;
      unflushed += out.readableBytes();
      ctx.write(out, ctx.voidPromise());
    }
  }

  boolean isIdle() {
    return gathered == null && unflushed == 0;
  }

  /**
   * Flushes if there is something: TLS runs through an empty record's motions for an empty flush.
   */
  void flush() {
    pass();
    if (unflushed > 0) {
      unflushed = 0;
      ctx.flush();
    }
  }

  void release() {
    ByteBuf out = gathered;
    if (out != null) {
      gathered = null;
      out.release();
    }
  }

  private ByteBuf frame(int type, int flags, int streamId, int length) {
    ByteBuf out = room(Frame.HEADER_LENGTH + length);
    writeHeader(out, type, flags, streamId, length);
    return out;
  }

  private static void writeHeader(ByteBuf out, int type, int flags, int streamId, int length) {
    out.writeMedium(length);
    out.writeByte(type).writeByte(flags).writeInt(streamId);
  }

  private ByteBuf room(int bytes) {
    ByteBuf out = gathered;
    if (out != null && out.writableBytes() >= bytes) {
      return out;
    }
    pass();
    out = ctx.alloc().directBuffer(Math.max(CAPACITY, bytes));
    gathered = out;
    dataStream = 0;
    return out;
  }
}
