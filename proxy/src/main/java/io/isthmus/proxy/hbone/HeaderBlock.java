package io.isthmus.proxy.hbone;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import org.jspecify.annotations.Nullable;

/**
 * Gathers HEADERS and CONTINUATION and decodes them. Every block is decoded, also those of streams
 * that are refused or over: the HPACK state belongs to the connection.
 *
 * <p>Invariants: a block has at most {@link #MAX_LIST_SIZE} bytes and {@link #MAX_CONTINUATIONS}
 * CONTINUATION frames; while it is open no other frame is accepted.
 */
final class HeaderBlock {

  /** Advertised as SETTINGS_MAX_HEADER_LIST_SIZE. Tunnels need a few hundred bytes. */
  static final int MAX_LIST_SIZE = 16 * 1024;

  static final int MAX_CONTINUATIONS = 8;

  /** A decoded block. {@code headers} is null when the list was too long. */
  record Decoded(int streamId, boolean endStream, @Nullable WireHeaders headers) {}

  private final DefaultHttp2HeadersDecoder decoder =
      new DefaultHttp2HeadersDecoder(false, MAX_LIST_SIZE) {
        @Override
        protected Http2Headers newHeaders() {
          return new WireHeaders();
        }
      };
  private final ByteBufAllocator alloc;
  private @Nullable ByteBuf gathered;
  private int openStreamId;
  private boolean endStream;
  private int continuations;

  HeaderBlock(ByteBufAllocator alloc) {
    this.alloc = alloc;
  }

  /** Whether CONTINUATION of this stream is the only frame allowed; 0 when none is expected. */
  int openStreamId() {
    return openStreamId;
  }

  /** Takes a HEADERS frame; the decoded block when it is complete. */
  @Nullable Decoded onHeaders(int flags, int streamId, ByteBuf payload, int length)
      throws ConnectionFault {
    endStream = (flags & Frame.END_STREAM) != 0;
    return onFragment(flags, streamId, payload, fragmentLength(flags, payload, length));
  }

  /** Takes a CONTINUATION frame of {@link #openStreamId}. */
  @Nullable Decoded onContinuation(int flags, ByteBuf payload, int length) throws ConnectionFault {
    if (++continuations > MAX_CONTINUATIONS) {
      throw new ConnectionFault(
          ErrorCode.ENHANCE_YOUR_CALM,
          "more than " + MAX_CONTINUATIONS + " CONTINUATION frames in a block");
    }
    return onFragment(flags, openStreamId, payload, length);
  }

  void release() {
    ByteBuf buffer = gathered;
    if (buffer != null) {
      gathered = null;
      buffer.release();
    }
  }

  /** Skips pad length and priority; what remains before the padding. */
  private static int fragmentLength(int flags, ByteBuf payload, int length) throws ConnectionFault {
    int left = length;
    int padding = 0;
    int fixed =
        ((flags & Frame.PADDED) != 0 ? 1 : 0) + ((flags & Frame.WITH_PRIORITY) != 0 ? 5 : 0);
    if (left < fixed) {
      throw new ConnectionFault(
          ErrorCode.FRAME_SIZE_ERROR, "HEADERS of " + length + " bytes, expected " + fixed);
    }
    if ((flags & Frame.PADDED) != 0) {
      padding = payload.readUnsignedByte();
    }
    if ((flags & Frame.WITH_PRIORITY) != 0) {
      payload.skipBytes(5);
    }
    left -= fixed;
    if (padding > left) {
      throw new ConnectionFault(
          ErrorCode.PROTOCOL_ERROR, "padding of " + padding + " bytes in HEADERS of " + length);
    }
    return left - padding;
  }

  private @Nullable Decoded onFragment(int flags, int streamId, ByteBuf payload, int length)
      throws ConnectionFault {
    boolean last = (flags & Frame.END_HEADERS) != 0;
    ByteBuf buffer = gathered;
    if (buffer == null && last) {
      return decode(streamId, payload.readSlice(length));
    }
    if (buffer == null) {
      buffer = alloc.buffer(Math.min(2 * length + 64, MAX_LIST_SIZE), MAX_LIST_SIZE);
      gathered = buffer;
      openStreamId = streamId;
      continuations = 0;
    }
    if (buffer.readableBytes() + length > MAX_LIST_SIZE) {
      throw new ConnectionFault(
          ErrorCode.ENHANCE_YOUR_CALM, "header block of more than " + MAX_LIST_SIZE + " bytes");
    }
    buffer.writeBytes(payload, length);
    if (!last) {
      return null;
    }
    try {
      return decode(streamId, buffer);
    } finally {
      openStreamId = 0;
      release();
    }
  }

  private Decoded decode(int streamId, ByteBuf block) throws ConnectionFault {
    try {
      WireHeaders headers = (WireHeaders) decoder.decodeHeaders(streamId, block);
      return new Decoded(streamId, endStream, headers);
    } catch (Http2Exception.HeaderListSizeException tooLong) {
      return new Decoded(streamId, endStream, null);
    } catch (Http2Exception broken) {
      throw new ConnectionFault(
          ErrorCode.COMPRESSION_ERROR, "header block does not decode: " + broken.getMessage());
    }
  }
}
