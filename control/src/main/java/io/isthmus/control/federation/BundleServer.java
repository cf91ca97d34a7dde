package io.isthmus.control.federation;

import io.isthmus.certs.TrustBundle;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * The own bundle, for everybody who asks: SPIFFE's profile https_spiffe, in which the server shows
 * its SVID and asks for none. On one event loop of its own, so that whoever floods it slows nothing
 * but it.
 */
public final class BundleServer implements AutoCloseable {
  private static final int MOST_CONNECTIONS = 256;
  private static final int LINE_BYTES = 1024;
  private static final int HEADER_BYTES = 8 * 1024;
  private static final Duration LIFE = Duration.ofSeconds(10);
  private static final Duration HANDSHAKE = Duration.ofSeconds(5);

  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Channel server;

  /** What strangers may hold. */
  record Limits(int connections, Duration life, Duration handshake) {
    static final Limits USUAL = new Limits(MOST_CONNECTIONS, LIFE, HANDSHAKE);
  }

  /**
   * What is served.
   *
   * @param identity is asked at each handshake
   * @param bundle is asked at each request
   */
  public record Served(X509ExtendedKeyManager identity, Supplier<TrustBundle> bundle) {}

  /** Throws when the address cannot be bound, and names it. */
  public BundleServer(InetSocketAddress address, Served served, MeterRegistry metrics)
      throws IOException {
    this(address, served, metrics, Limits.USUAL);
  }

  BundleServer(InetSocketAddress address, Served served, MeterRegistry metrics, Limits limits)
      throws IOException {
    SslContext tls =
        SslContextBuilder.forServer(served.identity())
            .sslProvider(SslProvider.JDK)
            .clientAuth(ClientAuth.NONE)
            .protocols("TLSv1.3")
            .build();
    OpenConnections connections = new OpenConnections(limits.connections(), limits.life());
    ChannelInitializer<SocketChannel> pipeline =
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(SocketChannel channel) {
            SslHandler handler = tls.newHandler(channel.alloc());
            handler.setHandshakeTimeoutMillis(limits.handshake().toMillis());
            channel
                .pipeline()
                .addLast(
                    connections,
                    handler,
                    new HttpServerCodec(
                        new HttpDecoderConfig()
                            .setMaxInitialLineLength(LINE_BYTES)
                            .setMaxHeaderSize(HEADER_BYTES)),
                    new BundleAnswer(served.bundle(), metrics));
          }
        };
    var bound =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .childHandler(pipeline)
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      throw new IOException("cannot listen on " + address + ": " + bound.cause(), bound.cause());
    }
    this.server = bound.channel();
  }

  public int port() {
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  @Override
  public void close() {
    server.close().awaitUninterruptibly();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }
}
