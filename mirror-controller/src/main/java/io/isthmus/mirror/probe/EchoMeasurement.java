package io.isthmus.mirror.probe;

import io.isthmus.proxy.hbone.ErrorCode;
import io.isthmus.proxy.hbone.StreamEnd;
import io.isthmus.proxy.hbone.StreamListener;
import io.isthmus.proxy.hbone.TunnelStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** One byte there and back on an open tunnel, timed. Belongs to the stream's event loop. */
final class EchoMeasurement implements StreamListener {
  private static final byte[] PING = {'p'};
  private final TunnelStream stream;
  private final CompletableFuture<Duration> result;
  private long sent;

  EchoMeasurement(TunnelStream stream, CompletableFuture<Duration> result) {
    this.stream = stream;
    this.result = result;
  }

  void start() {
    sent = System.nanoTime();
    stream.write(Unpooled.wrappedBuffer(PING));
  }

  void giveUp() {
    stream.reset(ErrorCode.CANCEL);
  }

  @Override
  public void onResponse(int status, Http2Headers headers) {}

  @Override
  public void onData(ByteBuf data) {
    int bytes = data.readableBytes();
    data.release();
    stream.consumed(bytes);
    if (result.complete(Duration.ofNanos(System.nanoTime() - sent))) {
      stream.end();
    }
  }

  @Override
  public void onReadComplete() {}

  @Override
  public void onRemoteEnd() {
    stream.end();
  }

  @Override
  public void onWritabilityChanged() {}

  @Override
  public void onClosed(StreamEnd end) {
    result.completeExceptionally(new IOException("the probe's tunnel ended unanswered: " + end));
  }
}
