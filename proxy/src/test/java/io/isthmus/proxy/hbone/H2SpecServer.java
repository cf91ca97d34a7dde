package io.isthmus.proxy.hbone;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.Http2Headers;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * The product's framing on a plain port, with {@link AnyRequest} in place of the tunnel's rules.
 */
final class H2SpecServer implements AutoCloseable {

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel channel;

  H2SpecServer() {
    channel =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel accepted) {
                    accepted
                        .pipeline()
                        .addLast(
                            HboneConnection.server(
                                HboneSettings.forServer(),
                                (stream, request) -> new Hello(stream),
                                new RecordingConnection(),
                                new AnyRequest()));
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
  }

  int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  @Override
  public void close() {
    channel.close().syncUninterruptibly();
    group.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** Answers 200 with a few bytes when the request has ended. */
  private record Hello(TunnelStream stream) implements StreamListener {

    @Override
    public void onResponse(int status, Http2Headers headers) {}

    @Override
    public void onData(ByteBuf data) {
      int size = data.readableBytes();
      data.release();
      stream.consumed(size);
    }

    @Override
    public void onReadComplete() {}

    @Override
    public void onRemoteEnd() {
      stream.respond(200);
      stream.write(Unpooled.copiedBuffer("hello from the tunnel", US_ASCII));
      stream.end();
    }

    @Override
    public void onWritabilityChanged() {}

    @Override
    public void onClosed(StreamEnd end) {}
  }

  /** For runs by hand: prints its port and serves until it is killed. */
  public static void main(String[] arguments) throws InterruptedException {
    try (H2SpecServer server = new H2SpecServer()) {
      System.out.println("listening on 127.0.0.1:" + server.port());
      Thread.currentThread().join();
    }
  }
}
