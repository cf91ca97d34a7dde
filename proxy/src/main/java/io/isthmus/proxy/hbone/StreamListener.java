package io.isthmus.proxy.hbone;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;

/** What happens on one {@link TunnelStream}, in order; {@link #onClosed} comes last, once. */
public interface StreamListener {

  /** Client role: the peer answered. 200 opened the tunnel; anything else closes the stream. */
  void onResponse(int status, Http2Headers headers);

  /** Bytes from the peer. The listener owns the buffer and later calls {@code consumed}. */
  void onData(ByteBuf data);

  /** No more bytes in this read: the moment to flush the other leg. */
  void onReadComplete();

  /** The peer half-closed (END_STREAM). */
  void onRemoteEnd();

  /** {@link TunnelStream#isWritable()} changed. */
  void onWritabilityChanged();

  /** The stream is over. */
  void onClosed(StreamEnd end);
}
