package io.isthmus.proxy.tunnel;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;

/** A TCP connection. */
record TcpTransport(EventLoop loop, InetSocketAddress address, TunnelSettings settings)
    implements Transport {

  @Override
  public void open(Opened opened) {
    // Connecting at once inside a read event gave ENOTCONN on 1 to 4 % of new connections, when a
    // file descriptor's number was used again within one batch of events.
    loop.execute(() -> connect(opened));
  }

  private void connect(Opened opened) {
    new Bootstrap()
        .group(loop)
        .channelFactory(Sockets.client(loop))
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) settings.connectTimeout().toMillis())
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                Sockets.configure(channel);
                settings.maxSegment().ifPresent(bytes -> Sockets.limitSegments(channel, bytes));
              }
            })
        .connect(address)
        .addListener((ChannelFuture connected) -> {
          if (connected.isSuccess()) {
            opened.onChannel(connected.channel());
          } else {
            opened.onFailure(
                new TunnelError.ConnectFailed(
                    address, String.valueOf(connected.cause().getMessage())));
          }
        });
  }
}
