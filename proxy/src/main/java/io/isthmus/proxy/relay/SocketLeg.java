package io.isthmus.proxy.relay;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A TCP socket as a leg: the last handler of its pipeline. Its channel has {@code AUTO_READ} off
 * until the relay starts, and {@code ALLOW_HALF_CLOSURE} on. A FIN makes the transport read once
 * even so, hence what arrives early is kept.
 */
public final class SocketLeg extends ChannelInboundHandlerAdapter implements Leg {
  private final Channel channel;
  private final Queue<ByteBuf> early = new ArrayDeque<>();
  private @Nullable LegEvents events;
  private boolean over;

  private SocketLeg(Channel channel) {
    this.channel = channel;
  }

  /** Adds the leg to the channel's pipeline. */
  public static SocketLeg of(Channel channel) {
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    SocketLeg leg = new SocketLeg(channel);
    channel.pipeline().addLast("relay", leg);
    return leg;
  }

  @Override
  public void attach(LegEvents events) {
    this.events = events;
    boolean any = !early.isEmpty();
    for (ByteBuf data = early.poll(); data != null; data = early.poll()) {
      events.onData(data);
    }
    if (any) {
      events.onReadComplete();
    }
    if (!channel.isActive()) {
      lost("closed before the relay began");
    } else if (inputIsShut()) {
      events.onRemoteEnd();
    } else {
      channel.config().setAutoRead(true);
    }
  }

  private boolean inputIsShut() {
    return channel instanceof DuplexChannel duplex && duplex.isInputShutdown();
  }

  @Override
  public void write(ByteBuf data, Leg source) {
    int bytes = data.readableBytes();
    channel
        .write(data)
        .addListener((ChannelFuture written) -> {
          if (written.isSuccess()) {
            source.consumed(bytes);
          } else {
            writeFailed(written.cause());
          }
        });
  }

  @Override
  public void flush() {
    channel.flush();
  }

  @Override
  public void end() {
    // behind everything written: shutdownOutput itself would drop what is queued
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener((ChannelFuture written) -> {
          if (written.isSuccess()) {
            shutDownOutput();
          } else {
            writeFailed(written.cause());
          }
        });
  }

  private void shutDownOutput() {
    if (channel instanceof DuplexChannel duplex) {
      duplex
          .shutdownOutput()
          .addListener((ChannelFuture shut) -> {
            if (shut.isSuccess()) {
              outputEnded();
            } else {
              writeFailed(shut.cause());
            }
          });
    } else {
      outputEnded();
    }
  }

  private void outputEnded() {
    LegEvents listener = events;
    if (listener != null && !over) {
      listener.onOutputEnded();
    }
  }

  @Override
  public void abort() {
    over = true;
    releaseEarly();
    if (channel.isActive()) {
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
    }
    channel.close();
  }

  @Override
  public void close() {
    over = true;
    releaseEarly();
    channel.close();
  }

  @Override
  public void pause() {
    channel.config().setAutoRead(false);
  }

  @Override
  public void resume() {
    channel.config().setAutoRead(true);
  }

  @Override
  public boolean isWritable() {
    return channel.isWritable();
  }

  @Override
  public void consumed(int bytes) {
    // a socket's credit is its kernel buffer
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    LegEvents listener = events;
    ByteBuf data = (ByteBuf) message;
    if (over) {
      data.release();
    } else if (listener == null) {
      early.add(data);
    } else {
      listener.onData(data);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    LegEvents listener = events;
    if (listener != null && !over) {
      listener.onReadComplete();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    LegEvents listener = events;
    if (event == ChannelInputShutdownEvent.INSTANCE && listener != null && !over) {
      listener.onRemoteEnd();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    LegEvents listener = events;
    if (channel.isWritable() && listener != null && !over) {
      listener.onWritable();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LegEvents listener = events;
    if (listener != null && !over) {
      over = true;
      if (isTimeout(cause)) {
        listener.onLost(text(cause));
      } else {
        listener.onReset(text(cause));
      }
    }
    channel.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (events == null) {
      releaseEarly();
    }
    lost("socket closed");
  }

  private void releaseEarly() {
    for (ByteBuf data = early.poll(); data != null; data = early.poll()) {
      data.release();
    }
  }

  private void writeFailed(Throwable cause) {
    LegEvents listener = events;
    if (listener != null && !over) {
      over = true;
      channel.close();
      // EPIPE or ECONNRESET: the peer has closed its side of the socket for good
      if (isTimeout(cause)) {
        listener.onLost(text(cause));
      } else {
        listener.onReset(text(cause));
      }
    }
  }

  private void lost(String detail) {
    LegEvents listener = events;
    if (listener != null && !over) {
      over = true;
      listener.onLost(detail);
    }
  }

  private static boolean isTimeout(Throwable cause) {
    String message = cause.getMessage();
    return message != null && message.contains("timed out");
  }

  private static String text(Throwable cause) {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
