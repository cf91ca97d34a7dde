package io.isthmus.proxy.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A client that ends its direction, and is written more than its socket takes. */
final class NeverEmptyInterestIT {
  private static final int BYTES = 8 << 20;

  private static final class HalfClosedPeer extends ChannelInboundHandlerAdapter {
    final CompletableFuture<Channel> inputShut = new CompletableFuture<>();

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      ((ByteBuf) message).release();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event == ChannelInputShutdownEvent.INSTANCE) {
        inputShut.complete(ctx.channel());
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }

  @Test
  void writesAllToAPeerThatHasHalfClosedAndReadsSlowly() throws Exception {
    assumeTrue(Epoll.isAvailable(), "epoll is missing on this platform");
    assertThat(received(NeverEmptyInterest.around(EpollIoHandler.newFactory()))).isEqualTo(BYTES);
  }

  @Test
  void losesBytesWithoutTheWorkaround() throws Exception {
    assumeTrue(Epoll.isAvailable(), "epoll is missing on this platform");
    assertThat(received(EpollIoHandler.newFactory())).isLessThan(BYTES);
  }

  private static long received(IoHandlerFactory factory) throws Exception {
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, factory);
    HalfClosedPeer peer = new HalfClosedPeer();
    try {
      Channel listener =
          Transport.EPOLL
              .listener()
              .group(loops)
              .childHandler(peer)
              .bind(InetAddress.getLoopbackAddress(), 0)
              .sync()
              .channel();
      try (Socket client = new Socket()) {
        client.setReceiveBufferSize(16 * 1024);
        client.connect(listener.localAddress());
        client.setSoTimeout(2_000);
        client.shutdownOutput();
        Channel server = peer.inputShut.get(10, TimeUnit.SECONDS);
        BlockingQueue<Boolean> writable = new ArrayBlockingQueue<>(1);
        server
            .eventLoop()
            .execute(() -> {
              server.writeAndFlush(server.alloc().directBuffer(BYTES).writeZero(BYTES));
              writable.add(server.isWritable());
            });
        assertThat(writable.poll(10, TimeUnit.SECONDS)).isFalse();
        return readAll(client);
      } finally {
        listener.close().sync();
      }
    } finally {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
  }

  /** Until all is there, the connection breaks, or nothing comes for two seconds. */
  private static long readAll(Socket client) {
    byte[] buffer = new byte[64 * 1024];
    long total = 0;
    try {
      int count = client.getInputStream().read(buffer);
      while (count > 0) {
        total += count;
        count = total == BYTES ? 0 : client.getInputStream().read(buffer);
      }
    } catch (IOException e) {
      return total;
    }
    return total;
  }
}
