package io.isthmus.e2e.attack;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/**
 * One CONNECT in a tunnel, by somebody who trusts anybody: {@code ADDRESS:PORT CHAIN KEY AUTHORITY
 * [NAME=VALUE]...}. Where it is let through it asks for {@code /} by HTTP. Prints {@code status N},
 * and what came; or what ended it.
 */
public final class ConnectClient {
  private static final int SECONDS = 8;

  private ConnectClient() {}

  public static void main(String[] args) throws Exception {
    var loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try {
      System.out.println(connect(loops, List.of(args)));
    } finally {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  private static String connect(MultiThreadIoEventLoopGroup loops, List<String> args)
      throws Exception {
    int colon = args.getFirst().lastIndexOf(':');
    String host = args.getFirst().substring(0, colon);
    int port = Integer.parseInt(args.getFirst().substring(colon + 1));
    SslContext tls = tls(Path.of(args.get(1)), Path.of(args.get(2)));
    Channel connection =
        new Bootstrap()
            .group(loops)
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            tls.newHandler(channel.alloc()),
                            Http2FrameCodecBuilder.forClient().build(),
                            new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
                  }
                })
            .connect(host, port)
            .sync()
            .channel();
    connection.pipeline().get(SslHandler.class).handshakeFuture().sync();
    Answer answer = new Answer();
    Http2StreamChannel stream =
        new Http2StreamChannelBootstrap(connection).handler(answer).open().sync().getNow();
    stream.writeAndFlush(new DefaultHttp2HeadersFrame(headers(args)));
    stream.eventLoop().schedule(() -> answer.endsWith("still open"), SECONDS, TimeUnit.SECONDS);
    return answer.whole.get();
  }

  private static Http2Headers headers(List<String> args) {
    Http2Headers headers = new DefaultHttp2Headers().method("CONNECT").authority(args.get(3));
    for (String header : args.subList(4, args.size())) {
      int equals = header.indexOf('=');
      headers.add(header.substring(0, equals), header.substring(equals + 1));
    }
    return headers;
  }

  private static SslContext tls(Path chain, Path key) throws SSLException {
    return SslContextBuilder.forClient()
        .sslProvider(SslProvider.JDK)
        .protocols("TLSv1.3")
        .keyManager(chain.toFile(), key.toFile())
        .trustManager(InsecureTrustManagerFactory.INSTANCE)
        .endpointIdentificationAlgorithm(null)
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                ApplicationProtocolNames.HTTP_2))
        .build();
  }

  /** What comes on the stream. */
  private static final class Answer extends ChannelInboundHandlerAdapter {
    private final CompletableFuture<String> whole = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
      try {
        switch (frame) {
          case Http2HeadersFrame headers -> headers(context, headers);
          case Http2DataFrame data -> {
            text.append(data.content().toString(StandardCharsets.UTF_8));
            endIf(data.isEndStream());
          }
          case Http2ResetFrame reset -> {
            text.append("reset ").append(reset.errorCode());
            endIf(true);
          }
          default -> {}
        }
      } finally {
        ReferenceCountUtil.release(frame);
      }
    }

    private void headers(ChannelHandlerContext context, Http2HeadersFrame frame) {
      text.append("status ").append(frame.headers().status()).append('\n');
      endIf(frame.isEndStream());
      if ("200".contentEquals(frame.headers().status())) {
        context.writeAndFlush(
            new DefaultHttp2DataFrame(
                Unpooled.copiedBuffer("GET / HTTP/1.0\r\n\r\n", StandardCharsets.US_ASCII), false));
      }
    }

    private void endIf(boolean ended) {
      if (ended) {
        endsWith("");
      }
    }

    private void endsWith(String last) {
      whole.complete(text + last);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      endsWith("connection ended");
    }
  }
}
