package io.isthmus.proxy.hbone;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what happened on a stream; {@code consume} decides whether credit goes back at once. */
final class RecordingListener implements StreamListener {

  final List<String> events = new ArrayList<>();
  final ByteArrayOutputStream received = new ByteArrayOutputStream();
  final boolean consume;
  @Nullable TunnelStream stream;
  int held;
  int status;
  @Nullable StreamEnd end;

  RecordingListener(boolean consume) {
    this.consume = consume;
  }

  static RecordingListener consuming() {
    return new RecordingListener(true);
  }

  static RecordingListener holding() {
    return new RecordingListener(false);
  }

  TunnelStream stream() {
    if (stream == null) {
      throw new IllegalStateException("no stream yet");
    }
    return stream;
  }

  @Override
  public void onResponse(int newStatus, Http2Headers headers) {
    status = newStatus;
    events.add("response " + newStatus);
  }

  @Override
  public void onData(ByteBuf data) {
    byte[] bytes = new byte[data.readableBytes()];
    data.readBytes(bytes);
    data.release();
    received.writeBytes(bytes);
    events.add("data " + bytes.length);
    if (consume) {
      stream().consumed(bytes.length);
    } else {
      held += bytes.length;
    }
  }

  @Override
  public void onReadComplete() {
    events.add("read complete");
  }

  @Override
  public void onRemoteEnd() {
    events.add("remote end");
  }

  @Override
  public void onWritabilityChanged() {
    events.add(stream().isWritable() ? "writable" : "not writable");
  }

  @Override
  public void onClosed(StreamEnd newEnd) {
    if (end != null) {
      throw new AssertionError("closed twice: " + end + ", " + newEnd);
    }
    end = newEnd;
    events.add("closed " + newEnd);
  }
}
