package io.isthmus.control.federation;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.concurrent.TimeUnit;

/**
 * Bounds what strangers can hold: a connection ends with its life, whatever it is doing, and when
 * there are too many the oldest ends for the newest. An honest client is done within milliseconds,
 * so the oldest one is the slow one. Owned by the server's one event loop.
 */
@ChannelHandler.Sharable
final class OpenConnections extends ChannelInboundHandlerAdapter {
  private final int most;
  private final Duration life;
  private final LinkedHashSet<Channel> open = new LinkedHashSet<>();

  OpenConnections(int most, Duration life) {
    this.most = most;
    this.life = life;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) throws Exception {
    Channel channel = ctx.channel();
    if (open.size() >= most) {
      open.getFirst().close();
    }
    open.add(channel);
    var end = ctx.executor().schedule(() -> end(channel), life.toMillis(), TimeUnit.MILLISECONDS);
    channel
        .closeFuture()
        .addListener(_ -> {
          open.remove(channel);
          end.cancel(false);
        });
    super.channelActive(ctx);
  }

  private static void end(Channel channel) {
    channel.close();
  }
}
