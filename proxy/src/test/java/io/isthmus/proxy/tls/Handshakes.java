package io.isthmus.proxy.tls;

import io.isthmus.certs.VerifiedPeer;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Handshakes in memory between a server of ours and whatever a test puts on the other side. */
final class Handshakes implements AutoCloseable {
  static final Duration TIMEOUT = Duration.ofSeconds(5);

  private final MultiThreadIoEventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());

  /** What the first client to be refused was told instead of an answer. */
  final CompletableFuture<Throwable> refusal = new CompletableFuture<>();

  /** What one side heard. */
  static final class Side implements HandshakeListener {
    final CompletableFuture<VerifiedPeer> peer = new CompletableFuture<>();
    final CompletableFuture<HandshakeFailure> failure = new CompletableFuture<>();
    final CompletableFuture<Channel> channel = new CompletableFuture<>();

    @Override
    public void onPeer(ChannelHandlerContext context, VerifiedPeer verified) {
      channel.complete(context.channel());
      peer.complete(verified);
    }

    @Override
    public void onFailure(HandshakeFailure why) {
      failure.complete(why);
    }

    VerifiedPeer awaitPeer() throws Exception {
      return peer.get(5, TimeUnit.SECONDS);
    }

    HandshakeFailure awaitFailure() throws Exception {
      return failure.get(5, TimeUnit.SECONDS);
    }
  }

  /** Connects {@code client} to a server with {@code contexts}; returns what the server hears. */
  Side connect(TlsContexts contexts, Consumer<Channel> client) throws Exception {
    Side server = new Side();
    LocalAddress address = new LocalAddress(Handshakes.class);
    new ServerBootstrap()
        .group(loops)
        .channel(LocalServerChannel.class)
        .childHandler(initializer(ch -> contexts.addServer(ch.pipeline(), TIMEOUT, server)))
        .bind(address)
        .sync();
    new Bootstrap()
        .group(loops)
        .channel(LocalChannel.class)
        .handler(
            initializer(channel -> {
              client.accept(channel);
              channel.pipeline().addLast(new Quiet());
            }))
        .connect(address)
        .sync();
    return server;
  }

  private static ChannelInitializer<Channel> initializer(Consumer<Channel> init) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        init.accept(channel);
      }
    };
  }

  /** Keeps how a client was refused. */
  private final class Quiet extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      refusal.complete(cause);
      context.close();
    }
  }

  @Override
  public void close() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
