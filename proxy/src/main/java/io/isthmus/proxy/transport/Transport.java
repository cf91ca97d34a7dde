package io.isthmus.proxy.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;

/**
 * The transport of this platform: epoll on Linux, NIO for development elsewhere. There is no
 * io_uring: it gained nothing and suffers from toggling auto-read.
 */
public enum Transport {
  EPOLL(EpollSocketChannel.class, EpollServerSocketChannel.class),
  NIO(NioSocketChannel.class, NioServerSocketChannel.class);

  /** 16 KiB costs a third more CPU per byte in bulk. */
  static final int RECEIVE_BUFFER = 64 * 1024;

  /** Accepted connections that the kernel keeps while the loops are busy. */
  private static final int BACKLOG = 4096;

  private final Class<? extends Channel> socket;
  private final Class<? extends ServerChannel> serverSocket;

  Transport(Class<? extends Channel> socket, Class<? extends ServerChannel> serverSocket) {
    this.socket = socket;
    this.serverSocket = serverSocket;
  }

  public static Transport ofThisPlatform() {
    return Epoll.isAvailable() ? EPOLL : NIO;
  }

  /** Loops whose threads keep the process alive until they are shut down. */
  public EventLoopGroup eventLoops(int threads, String name) {
    return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(name), ioHandlers());
  }

  private IoHandlerFactory ioHandlers() {
    return switch (this) {
      case EPOLL -> NeverEmptyInterest.around(EpollIoHandler.newFactory());
      case NIO -> NioIoHandler.newFactory();
    };
  }

  /** For a socket that reads nothing until its relay starts. The group and handler are missing. */
  public Bootstrap connector(Duration connectTimeout) {
    return new Bootstrap()
        .channel(socket)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(connectTimeout.toMillis()))
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .option(ChannelOption.AUTO_READ, false)
        .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .option(ChannelOption.RECVBUF_ALLOCATOR, receiveBuffers());
  }

  /** For a listener; its accepted sockets read at once. The group and handler are missing. */
  public ServerBootstrap listener() {
    return new ServerBootstrap()
        .channel(serverSocket)
        .option(ChannelOption.SO_REUSEADDR, true)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
        .childOption(ChannelOption.RECVBUF_ALLOCATOR, receiveBuffers());
  }

  private static FixedRecvByteBufAllocator receiveBuffers() {
    return new FixedRecvByteBufAllocator(RECEIVE_BUFFER);
  }
}
