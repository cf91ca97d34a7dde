package io.isthmus.proxy.tunnel;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.util.OptionalInt;

/** The kind of sockets that fits an event loop, and the options of those that carry tunnels. */
final class Sockets {
  /** A peer that is silent for this long, with data under way to it, is gone. */
  private static final int USER_TIMEOUT_MILLIS = 20_000;

  /** Linux: netinet/tcp.h. */
  private static final int IPPROTO_TCP = 6;

  private static final int TCP_MAXSEG = 2;

  private static final ChannelOption<Integer> MAX_SEGMENT =
      new IntegerUnixChannelOption("TCP_MAXSEG", IPPROTO_TCP, TCP_MAXSEG);

  /** 64 KiB for bulk: 16 KiB costs a third more CPU per byte. */
  static RecvByteBufAllocator receiveBuffers() {
    return new AdaptiveRecvByteBufAllocator(2048, 16 << 10, 64 << 10);
  }

  private Sockets() {}

  private static boolean isEpoll(EventLoopGroup group) {
    return group instanceof IoEventLoopGroup io && io.isCompatible(EpollIoHandle.class);
  }

  static ChannelFactory<Channel> client(EventLoopGroup group) {
    return isEpoll(group) ? EpollSocketChannel::new : NioSocketChannel::new;
  }

  static ChannelFactory<ServerChannel> server(EventLoopGroup group) {
    return isEpoll(group) ? EpollServerSocketChannel::new : NioServerSocketChannel::new;
  }

  /** What the kernel takes the path to the peer for, in bytes. */
  static OptionalInt pathMtu(Channel channel) {
    return channel instanceof EpollSocketChannel socket && socket.isActive()
        ? OptionalInt.of((int) socket.tcpInfo().pmtu())
        : OptionalInt.empty();
  }

  /** Both directions of a connection that is yet to be made keep to segments of this size. */
  static void limitSegments(Channel channel, int bytes) {
    if (channel instanceof EpollSocketChannel) {
      channel.config().setOption(MAX_SEGMENT, bytes);
    }
  }

  static void configure(Channel channel) {
    channel.config().setOption(ChannelOption.TCP_NODELAY, true);
    channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
    channel.config().setRecvByteBufAllocator(receiveBuffers());
    if (channel instanceof EpollSocketChannel) {
      channel.config().setOption(EpollChannelOption.TCP_USER_TIMEOUT, USER_TIMEOUT_MILLIS);
      channel.config().setOption(EpollChannelOption.TCP_KEEPIDLE, 30);
      channel.config().setOption(EpollChannelOption.TCP_KEEPINTVL, 5);
      channel.config().setOption(EpollChannelOption.TCP_KEEPCNT, 3);
    }
  }
}
