package io.isthmus.proxy.hbone;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bulk over real sockets: nothing stalls when socket, connection and stream hold data back. */
class BulkIT {

  private static final long BYTES = 64L << 20;
  private static final int STREAMS = 8;

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());

  @AfterEach
  void stop() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void echoesBulkOnEightStreamsAtOnce() throws Exception {
    Channel server =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                handler(() ->
                    HboneConnection.server(
                        HboneSettings.forServer().withWindows(100_000, 300_000),
                        (stream, request) -> {
                          stream.respond(200);
                          return new Echo(stream);
                        },
                        new RecordingConnection())))
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
    HboneConnection connection =
        HboneConnection.client(
            HboneSettings.forClient().withWindows(100_000, 300_000), new RecordingConnection());
    Channel client =
        new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .handler(handler(() -> connection))
            .connect(server.localAddress())
            .sync()
            .channel();

    List<CompletableFuture<Long>> received = new ArrayList<>();
    client
        .eventLoop()
        .submit(() -> {
          for (int i = 0; i < STREAMS; i++) {
            Source source = new Source();
            source.stream = connection.open(new ConnectRequest("10.0.0.1:80"), source);
            received.add(source.done);
            source.fill();
          }
        })
        .sync();

    for (CompletableFuture<Long> bytes : received) {
      assertThat(bytes.get(60, TimeUnit.SECONDS)).isEqualTo(BYTES / STREAMS);
    }
    client.close().sync();
    server.close().sync();
  }

  private static ChannelInitializer<Channel> handler(Supplier<HboneConnection> connections) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channel.pipeline().addLast(connections.get());
      }
    };
  }

  /** Sends back what comes, giving credit only for what fits. */
  private static final class Echo implements StreamListener {
    private final TunnelStream stream;
    private int owed;

    private Echo(TunnelStream stream) {
      this.stream = stream;
    }

    @Override
    public void onResponse(int status, Http2Headers headers) {}

    @Override
    public void onData(ByteBuf data) {
      owed += data.readableBytes();
      stream.write(data);
      payBack();
    }

    @Override
    public void onReadComplete() {}

    @Override
    public void onRemoteEnd() {
      stream.end();
    }

    @Override
    public void onWritabilityChanged() {
      payBack();
    }

    @Override
    public void onClosed(StreamEnd end) {}

    private void payBack() {
      if (stream.isWritable()) {
        int bytes = owed;
        owed = 0;
        stream.consumed(bytes);
      }
    }
  }

  /** Sends its share whenever it may, and counts what comes back. */
  private static final class Source implements StreamListener {
    private final CompletableFuture<Long> done = new CompletableFuture<>();
    private @Nullable TunnelStream stream;
    private long left = BYTES / STREAMS;
    private long received;

    private TunnelStream stream() {
      return Objects.requireNonNull(stream);
    }

    private void fill() {
      while (left > 0 && stream().isWritable()) {
        int count = (int) Math.min(left, 50_000);
        left -= count;
        stream().write(Unpooled.directBuffer(count).writeZero(count));
      }
      if (left == 0) {
        stream().end();
      }
    }

    @Override
    public void onResponse(int status, Http2Headers headers) {}

    @Override
    public void onData(ByteBuf data) {
      int count = data.readableBytes();
      data.release();
      received += count;
      stream().consumed(count);
    }

    @Override
    public void onReadComplete() {}

    @Override
    public void onRemoteEnd() {}

    @Override
    public void onWritabilityChanged() {
      fill();
    }

    @Override
    public void onClosed(StreamEnd end) {
      if (end instanceof StreamEnd.Clean) {
        done.complete(received);
      } else {
        done.completeExceptionally(new AssertionError(end));
      }
    }
  }
}
