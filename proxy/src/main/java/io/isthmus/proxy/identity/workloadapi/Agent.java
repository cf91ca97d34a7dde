package io.isthmus.proxy.identity.workloadapi;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/**
 * Where the agent listens.
 *
 * @param loop of NIO: carries the connection and all callbacks
 */
public record Agent(Path socket, EventLoop loop) {

  /**
   * A new channel, to be shut down by the caller. Throws {@link IOException}, with what to check,
   * when the socket is not there or not to be trusted.
   *
   * @param ping asks over HTTP/2 whether somebody is there, while a call is open; a connection on
   *     which no answer comes ends
   */
  ManagedChannel open(WorkloadApiTiming.Ping ping) throws IOException {
    SocketOwner.ofThisProcess().check(socket);
    return NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
        .overrideAuthority("localhost") // a path is none, and HTTP/2 servers refuse it
        .usePlaintext()
        .eventLoopGroup(loop)
        .channelType(NioDomainSocketChannel.class)
        .withOption(ChannelOption.SO_KEEPALIVE, null) // gRPC's default, which is TCP's: Netty warns
        .directExecutor()
        .keepAliveTime(ping.every().toNanos(), NANOSECONDS)
        .keepAliveTimeout(ping.patience().toNanos(), NANOSECONDS)
        .proxyDetector(target -> null)
        .disableRetry()
        .disableServiceConfigLookUp()
        .build();
  }
}
