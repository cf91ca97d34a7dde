package io.isthmus.proxy.admin;

import io.isthmus.proxy.transport.Listeners;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.net.InetSocketAddress;

/** Serves {@link Pages} on an address. */
public final class HttpEndpoint {
  private static final int IDLE_SECONDS = 60;

  /** Bytes that are read at once: fewer requests than the 128 beyond which the codec hangs up. */
  private static final int MAX_READ = 2048;

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
                .config()
                .setAutoRead(false)
                .setRecvByteBufAllocator(
                    new FixedRecvByteBufAllocator(MAX_READ).maxMessagesPerRead(1));
            channel
                .pipeline()
                .addLast(new ReadTimeoutHandler(IDLE_SECONDS))
                .addLast(new HttpServerCodec())
                .addLast(new HttpPages(pages));
          }
        });
  }
}
