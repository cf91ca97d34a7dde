package io.isthmus.gateway.exports;

import io.isthmus.proxy.hbone.StreamEnd;
import io.isthmus.proxy.hbone.StreamListener;
import io.isthmus.proxy.hbone.TunnelStream;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayDeque;
import java.util.Queue;

/** Echoes a prober's bytes, at the pace it takes them, and answers the end of its direction. */
final class ProbeEcho implements StreamListener {
  private final TunnelStream stream;
  private final Queue<ByteBuf> waiting = new ArrayDeque<>();
  private boolean remoteEnded;

  ProbeEcho(TunnelStream stream) {
    this.stream = stream;
  }

  @Override
  public void onResponse(int status, Http2Headers headers) {}

  @Override
  public void onData(ByteBuf data) {
    waiting.add(data);
    echo();
  }

  private void echo() {
    while (stream.isWritable() && !waiting.isEmpty()) {
      ByteBuf data = waiting.remove();
      int bytes = data.readableBytes();
      stream.write(data);
      stream.consumed(bytes);
    }
    if (remoteEnded && waiting.isEmpty()) {
      stream.end();
    }
  }

  @Override
  public void onReadComplete() {}

  @Override
  public void onRemoteEnd() {
    remoteEnded = true;
    echo();
  }

  @Override
  public void onWritabilityChanged() {
    echo();
  }

  @Override
  public void onClosed(StreamEnd end) {
    waiting.forEach(ByteBuf::release);
    waiting.clear();
  }
}
