package io.isthmus.proxy.hbone;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;

/** Builds the header blocks that we send. */
final class HeaderEncoder {

  /** Our part of the peer's offer: a dynamic table for three or four repeated headers. */
  private static final int MAX_TABLE_SIZE = 4096;

  private static final AsciiString CONNECT = AsciiString.cached("CONNECT");

  private final DefaultHttp2HeadersEncoder encoder = new DefaultHttp2HeadersEncoder();
  private final ByteBufAllocator alloc;

  HeaderEncoder(ByteBufAllocator alloc) {
    this.alloc = alloc;
  }

  void peerTableSize(long bytes) {
    try {
      encoder.maxHeaderTableSize(Math.min(bytes, MAX_TABLE_SIZE));
    } catch (Http2Exception outOfBounds) {
      throw new IllegalStateException("header table size " + bytes, outOfBounds);
    }
  }

  ByteBuf request(int streamId, ConnectRequest request) {
    Http2Headers headers =
        new DefaultHttp2Headers(false).method(CONNECT).authority(request.authority());
    request.headers().forEach(headers::add);
    return encode(streamId, headers);
  }

  ByteBuf response(int streamId, int status) {
    return encode(streamId, new DefaultHttp2Headers(false).status(Integer.toString(status)));
  }

  void close() {
    encoder.close();
  }

  private ByteBuf encode(int streamId, Http2Headers headers) {
    ByteBuf out = alloc.buffer(256);
    try {
      encoder.encodeHeaders(streamId, headers, out);
      return out;
    } catch (Http2Exception tooLong) {
      out.release();
      throw new IllegalArgumentException("headers of stream " + streamId, tooLong);
    }
  }
}
