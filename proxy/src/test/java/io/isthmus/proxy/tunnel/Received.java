package io.isthmus.proxy.tunnel;

import io.isthmus.proxy.hbone.StreamEnd;
import io.isthmus.proxy.hbone.StreamListener;
import io.isthmus.proxy.hbone.TunnelStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** The application's end of a tunnel: keeps what came. */
final class Received implements StreamListener {
  private final TunnelStream stream;
  private final StringBuffer text = new StringBuffer();
  final AtomicLong bytes = new AtomicLong();
  final CompletableFuture<StreamEnd> end = new CompletableFuture<>();

  Received(TunnelStream stream) {
    this.stream = stream;
  }

  void write(String message) {
    stream
        .eventLoop()
        .execute(() -> stream.write(Unpooled.copiedBuffer(message, StandardCharsets.US_ASCII)));
  }

  void end() {
    stream.eventLoop().execute(stream::end);
  }

  String text() {
    return text.toString();
  }

  @Override
  public void onResponse(int status, Http2Headers headers) {}

  @Override
  public void onData(ByteBuf data) {
    int size = data.readableBytes();
    bytes.addAndGet(size);
    if (text.length() < 1000) {
      text.append(data.toString(StandardCharsets.US_ASCII));
    }
    data.release();
    stream.consumed(size);
  }

  @Override
  public void onReadComplete() {}

  @Override
  public void onRemoteEnd() {}

  @Override
  public void onWritabilityChanged() {}

  @Override
  public void onClosed(StreamEnd why) {
    end.complete(why);
  }
}
