package io.isthmus.mirror.probe;

import io.isthmus.proxy.hbone.ErrorCode;
import io.isthmus.proxy.hbone.StreamEnd;
import io.isthmus.proxy.hbone.StreamListener;
import io.isthmus.proxy.hbone.TunnelStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Headers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Ever larger payloads there and back on one stream, each after the one before it has come back
 * whole. Belongs to the stream's event loop.
 */
final class Ladder implements StreamListener {
  /**
   * Below and above what fits a packet of 1 500 bytes with its headers, of a tunnel in between, and
   * of jumbo frames.
   */
  static final List<Integer> SIZES = List.of(1_200, 1_400, 1_472, 3_000, 9_000);

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final TunnelStream stream;
  private final CompletableFuture<Climbed> result;
  private int step;
  private int largest;
  private int awaited;

  /**
   * @param lost the payload that did not come back; empty when all did
   */
  record Climbed(int largest, Optional<Integer> lost) {}

  Ladder(TunnelStream stream, CompletableFuture<Climbed> result) {
    this.stream = stream;
    this.result = result;
  }

  void climb() {
    if (step == SIZES.size()) {
      stream.end();
      result.complete(new Climbed(largest, Optional.empty()));
      return;
    }
    int size = SIZES.get(step);
    int mine = step;
    awaited = size;
    stream.write(Unpooled.wrappedBuffer(new byte[size]));
    stream
        .eventLoop()
        .schedule(() -> giveUp(mine, size), PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void giveUp(int waitedAt, int size) {
    if (waitedAt == step && result.complete(new Climbed(largest, Optional.of(size)))) {
      stream.reset(ErrorCode.CANCEL);
    }
  }

  @Override
  public void onResponse(int status, Http2Headers headers) {}

  @Override
  public void onData(ByteBuf data) {
    int bytes = data.readableBytes();
    data.release();
    stream.consumed(bytes);
    awaited -= bytes;
    if (awaited == 0 && !result.isDone()) {
      largest = SIZES.get(step);
      step++;
      climb();
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

  /** That a stream ends says nothing of sizes. */
  @Override
  public void onClosed(StreamEnd end) {
    result.completeExceptionally(
        new java.io.IOException("the measurement's tunnel ended unanswered: " + end));
  }
}
