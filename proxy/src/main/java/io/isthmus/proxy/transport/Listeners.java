package io.isthmus.proxy.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;

/** Binds listeners on the loops of a process. */
public record Listeners(Transport transport, EventLoopGroup loops) {

  /** Waits for the bind. */
  public Channel bind(String setting, InetSocketAddress address, ChannelHandler accepted) {
    ChannelFuture bound =
        transport
            .listener()
            .group(loops)
            .childHandler(accepted)
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new ListenerException(setting, address, bound.cause());
    }
    return bound.channel();
  }
}
