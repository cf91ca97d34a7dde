package io.isthmus.proxy.hbone;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Cuts decrypted bytes into frames. Payload of DATA is handed on as it arrives, in retained slices,
 * never gathered or copied; only the few bytes of a frame header or of a short control frame that
 * straddle two reads are gathered.
 *
 * <p>Invariant: what is gathered is bounded by {@link #MAX_GATHERED}, whatever the peer's frame
 * size, so a peer cannot make us hold memory outside of the windows.
 */
final class FrameReader {

  /** Takes frames. Buffers of {@code onFrame} stay the reader's; those of {@code onData} do not. */
  interface Sink {
    /** Any frame but DATA and unknown ones; {@code length} bytes from the reader index. */
    void onFrame(int type, int flags, int streamId, ByteBuf payload, int length)
        throws ConnectionFault;

    /** A DATA frame begins: {@code length} bytes follow, {@code overhead} bytes were padding. */
    void onDataFrame(int streamId, int length, int overhead, boolean endStream)
        throws ConnectionFault;

    void onData(ByteBuf slice) throws ConnectionFault;

    void onDataFrameEnd(boolean endStream) throws ConnectionFault;

    /** A frame of a type that RFC 9113 does not define. */
    void onUnknownFrame(int type) throws ConnectionFault;
  }

  private enum State {
    PREFACE,
    HEADER,
    PAYLOAD,
    PAD_LENGTH,
    DATA,
    SKIP
  }

  static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  /** Control frames are bounded by the header list: nothing else that we accept is that long. */
  static final int MAX_GATHERED = HeaderBlock.MAX_LIST_SIZE;

  private final Sink sink;
  private final int maxFrameSize;
  private final ByteBufAllocator alloc;
  private State state;
  private int prefaceSeen;
  private @Nullable ByteBuf partial;

  private int length;
  private int type;
  private int flags;
  private int streamId;
  private int dataLeft;
  private int skipLeft;
  private boolean firstFrameSeen;

  FrameReader(Role role, int maxFrameSize, ByteBufAllocator alloc, Sink sink) {
    this.sink = sink;
    this.maxFrameSize = maxFrameSize;
    this.alloc = alloc;
    this.state =
        switch (role) {
          case SERVER -> State.PREFACE;
          case CLIENT -> State.HEADER;
        };
  }

  /** Reads all that is there; the caller releases {@code in}. */
  void read(ByteBuf in) throws ConnectionFault {
    boolean more = true;
    while (more) {
      more =
          switch (state) {
            case PREFACE -> readPreface(in);
            case HEADER -> readHeader(in);
            case PAYLOAD -> readPayload(in);
            case PAD_LENGTH -> readPadLength(in);
            case DATA -> readData(in);
            case SKIP -> skip(in);
          };
    }
  }

  void release() {
    ByteBuf buffer = partial;
    if (buffer != null) {
      partial = null;
      buffer.release();
    }
  }

  private boolean readPreface(ByteBuf in) throws ConnectionFault {
    while (prefaceSeen < PREFACE.length) {
      if (!in.isReadable()) {
        return false;
      }
      if (in.readByte() != PREFACE[prefaceSeen++]) {
        throw new ConnectionFault(
            ErrorCode.PROTOCOL_ERROR,
            "byte " + prefaceSeen + " of the connection is not the HTTP/2 preface");
      }
    }
    state = State.HEADER;
    return true;
  }

  private boolean readHeader(ByteBuf in) throws ConnectionFault {
    ByteBuf source = gather(in, Frame.HEADER_LENGTH);
    if (source == null) {
      return false;
    }
    length = source.readUnsignedMedium();
    type = source.readUnsignedByte();
    flags = source.readUnsignedByte();
    streamId = source.readInt() & Integer.MAX_VALUE;
    release();
    if (length > maxFrameSize) {
      throw new ConnectionFault(
          ErrorCode.FRAME_SIZE_ERROR,
          "frame of " + length + " bytes, expected at most " + maxFrameSize);
    }
    if (!firstFrameSeen) {
      firstFrameSeen = true;
      if (type != Frame.SETTINGS || (flags & Frame.ACK) != 0) {
        throw new ConnectionFault(
            ErrorCode.PROTOCOL_ERROR, "first frame is of type " + type + ", expected SETTINGS");
      }
    }
    begin();
    return true;
  }

  private void begin() throws ConnectionFault {
    if (type == Frame.DATA) {
      if ((flags & Frame.PADDED) != 0) {
        state = State.PAD_LENGTH;
      } else {
        beginData(length, 0);
      }
    } else if (type > Frame.CONTINUATION) {
      sink.onUnknownFrame(type);
      skipLeft = length;
      state = State.SKIP;
    } else if (length > MAX_GATHERED) {
      throw new ConnectionFault(
          ErrorCode.ENHANCE_YOUR_CALM,
          "frame of type " + type + " has " + length + " bytes, expected at most " + MAX_GATHERED);
    } else {
      state = State.PAYLOAD;
    }
  }

  private boolean readPayload(ByteBuf in) throws ConnectionFault {
    ByteBuf source = gather(in, length);
    if (source == null) {
      return false;
    }
    int end = source.readerIndex() + length;
    sink.onFrame(type, flags, streamId, source, length);
    source.readerIndex(end);
    release();
    state = State.HEADER;
    return true;
  }

  private boolean readPadLength(ByteBuf in) throws ConnectionFault {
    if (length == 0) {
      throw new ConnectionFault(ErrorCode.FRAME_SIZE_ERROR, "padded DATA without a pad length");
    }
    if (!in.isReadable()) {
      return false;
    }
    int padding = in.readUnsignedByte();
    if (padding >= length) {
      throw new ConnectionFault(
          ErrorCode.PROTOCOL_ERROR,
          "padding of " + padding + " bytes in a DATA frame of " + length);
    }
    beginData(length - 1 - padding, padding);
    return true;
  }

  private void beginData(int data, int padding) throws ConnectionFault {
    dataLeft = data;
    skipLeft = padding;
    state = State.DATA;
    sink.onDataFrame(streamId, data, length - data, (flags & Frame.END_STREAM) != 0);
  }

  private boolean readData(ByteBuf in) throws ConnectionFault {
    if (dataLeft > 0) {
      int count = Math.min(dataLeft, in.readableBytes());
      if (count == 0) {
        return false;
      }
      dataLeft -= count;
      sink.onData(in.readRetainedSlice(count));
      if (dataLeft > 0) {
        return false;
      }
    }
    state = State.SKIP;
    return true;
  }

  private boolean skip(ByteBuf in) throws ConnectionFault {
    int count = Math.min(skipLeft, in.readableBytes());
    in.skipBytes(count);
    skipLeft -= count;
    if (skipLeft > 0) {
      return false;
    }
    state = State.HEADER;
    if (type == Frame.DATA) {
      sink.onDataFrameEnd((flags & Frame.END_STREAM) != 0);
    }
    return true;
  }

  /**
   * A buffer with {@code count} readable bytes at its reader index; null when they are not here.
   */
  private @Nullable ByteBuf gather(ByteBuf in, int count) {
    ByteBuf buffer = partial;
    if (buffer == null) {
      if (in.readableBytes() >= count) {
        return in;
      }
      if (!in.isReadable()) {
        return null;
      }
      buffer = alloc.buffer(count, count);
      partial = buffer;
    }
    buffer.writeBytes(in, Math.min(count - buffer.readableBytes(), in.readableBytes()));
    return buffer.readableBytes() == count ? buffer : null;
  }
}
