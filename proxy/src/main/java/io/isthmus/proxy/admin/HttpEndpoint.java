package io.isthmus.proxy.admin;

import io.isthmus.proxy.transport.Listeners;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.net.InetSocketAddress;

/** Serves {@link Pages} on an address. */
public final class HttpEndpoint {
  private static final int MAX_BODY = 64 * 1024;
  private static final int IDLE_SECONDS = 60;

  private HttpEndpoint() {}

  /**
   * Binds, or throws {@link io.isthmus.proxy.transport.ListenerException} naming address and
   * setting.
   */
  public static Channel bind(
      Listeners listeners, String setting, InetSocketAddress address, Pages pages) {
    return listeners.bind(
        setting,
        address,
        new ChannelInitializer<Channel>() {
          @Override
          protected void initChannel(Channel channel) {
            channel
                .pipeline()
                .addLast(new ReadTimeoutHandler(IDLE_SECONDS))
                .addLast(new HttpServerCodec())
                .addLast(new HttpObjectAggregator(MAX_BODY))
                .addLast(new HttpPages(pages));
          }
        });
  }
}
