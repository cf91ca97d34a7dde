package io.isthmus.proxy.tunnel;

import io.isthmus.proxy.hbone.ErrorCode;
import io.isthmus.proxy.hbone.StreamEnd;
import io.isthmus.proxy.hbone.StreamListener;
import io.isthmus.proxy.hbone.TunnelStream;
import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * A stream as a channel, so that TLS and tunnels can run inside a tunnel. It has the stream's event
 * loop. Bytes are credited to the stream when the pipeline has taken them; while it does not read,
 * they wait here, at most one stream window. There is no half-close: TLS has none either.
 */
public final class StreamChannel extends AbstractChannel implements StreamListener {
  private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);

  /** How long a peer may take to end its direction after this side has. */
  private static final int LINGER_SECONDS = 5;

  private final TunnelStream stream;
  private final DefaultChannelConfig config = new DefaultChannelConfig(this);
  private final Queue<ByteBuf> received = new ArrayDeque<>();
  private boolean reading;
  private boolean remoteEnded;
  private boolean streamOver;
  private boolean closed;

  private StreamChannel(TunnelStream stream) {
    super(null);
    this.stream = stream;
  }

  /** On the stream's event loop. The channel is active when this returns. */
  public static StreamChannel register(TunnelStream stream) {
    StreamChannel channel = new StreamChannel(stream);
    stream.eventLoop().register(channel);
    return channel;
  }

  // from the stream

  @Override
  public void onResponse(int status, Http2Headers headers) {}

  @Override
  public void onData(ByteBuf data) {
    if (closed) {
      stream.consumed(data.readableBytes());
      data.release();
    } else {
      received.add(data);
    }
  }

  @Override
  public void onReadComplete() {
    deliver();
  }

  @Override
  public void onRemoteEnd() {
    remoteEnded = true;
    deliver();
  }

  @Override
  public void onWritabilityChanged() {
    if (!closed && stream.isWritable()) {
      ((StreamUnsafe) unsafe()).resume();
    }
  }

  @Override
  public void onClosed(StreamEnd end) {
    remoteEnded = true;
    streamOver = true;
    deliver();
    unsafe().close(voidPromise()); // what is still unread goes: its stream is gone
  }

  private void deliver() {
    if (reading && !received.isEmpty()) {
      reading = false;
      for (ByteBuf data = received.poll(); data != null; data = received.poll()) {
        int bytes = data.readableBytes();
        pipeline().fireChannelRead(data);
        stream.consumed(bytes);
      }
      pipeline().fireChannelReadComplete();
    }
    if (remoteEnded && received.isEmpty() && !closed) {
      unsafe().close(voidPromise());
    }
  }

  // from the pipeline

  @Override
  protected void doBeginRead() {
    if (!reading) {
      reading = true;
      if (!received.isEmpty()) {
        eventLoop().execute(this::deliver);
      }
    }
  }

  @Override
  protected void doWrite(ChannelOutboundBuffer out) {
    for (Object message = out.current(); message != null; message = out.current()) {
      if (!stream.isWritable()) {
        return; // onWritabilityChanged goes on
      }
      stream.write(((ByteBuf) message).retain());
      out.remove();
    }
  }

  @Override
  protected Object filterOutboundMessage(Object message) {
    if (message instanceof ByteBuf) {
      return message;
    }
    throw new UnsupportedOperationException(
        "a stream carries bytes: expected a ByteBuf, got " + message.getClass().getName());
  }

  @Override
  protected void doClose() {
    closed = true;
    for (ByteBuf data = received.poll(); data != null; data = received.poll()) {
      stream.consumed(data.readableBytes());
      data.release();
    }
    if (!streamOver) {
      stream.end();
      if (!remoteEnded) {
        eventLoop().schedule(this::abandon, LINGER_SECONDS, TimeUnit.SECONDS);
      }
    }
  }

  private void abandon() {
    if (!streamOver) {
      stream.reset(ErrorCode.CANCEL);
    }
  }

  @Override
  protected void doDisconnect() {
    doClose();
  }

  @Override
  protected void doBind(SocketAddress localAddress) {
    throw new UnsupportedOperationException("a stream has no address to bind");
  }

  @Override
  public ChannelConfig config() {
    return config;
  }

  @Override
  public boolean isOpen() {
    return !closed;
  }

  @Override
  public boolean isActive() {
    return !closed && isRegistered();
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  @Override
  protected AbstractUnsafe newUnsafe() {
    return new StreamUnsafe();
  }

  @Override
  protected boolean isCompatible(EventLoop loop) {
    return loop == stream.eventLoop();
  }

  @Override
  protected SocketAddress localAddress0() {
    return new StreamAddress(stream.id());
  }

  @Override
  protected SocketAddress remoteAddress0() {
    return new StreamAddress(stream.id());
  }

  private final class StreamUnsafe extends AbstractUnsafe {
    void resume() {
      flush0();
    }

    @Override
    public void connect(
        SocketAddress remoteAddress, SocketAddress localAddress, ChannelPromise promise) {
      promise.tryFailure(new ClosedChannelException());
    }
  }
}
