package io.isthmus.proxy.relay;

import io.isthmus.proxy.hbone.ErrorCode;
import io.isthmus.proxy.hbone.TunnelStream;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.CharsetUtil;
import org.jspecify.annotations.Nullable;

/** A stream that remembers what it was told. */
final class FakeStream implements TunnelStream {
  final StringBuilder written = new StringBuilder();
  final EventLoop eventLoop;
  int consumed;
  boolean ended;
  boolean writable = true;
  @Nullable ErrorCode reset;
  int status;

  FakeStream(EventLoop eventLoop) {
    this.eventLoop = eventLoop;
  }

  @Override
  public int id() {
    return 1;
  }

  @Override
  public void respond(int status) {
    this.status = status;
  }

  @Override
  public void write(ByteBuf data) {
    written.append(data.toString(CharsetUtil.US_ASCII));
    data.release();
  }

  @Override
  public void end() {
    ended = true;
  }

  @Override
  public void reset(ErrorCode code) {
    reset = code;
  }

  @Override
  public boolean isWritable() {
    return writable;
  }

  @Override
  public void consumed(int bytes) {
    consumed += bytes;
  }

  @Override
  public EventLoop eventLoop() {
    return eventLoop;
  }
}
