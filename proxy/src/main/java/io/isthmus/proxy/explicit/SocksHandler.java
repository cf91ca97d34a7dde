package io.isthmus.proxy.explicit;

import io.isthmus.proxy.explicit.ExplicitProxy.Asked;
import io.isthmus.proxy.outbound.Reply;
import io.isthmus.proxy.relay.EndReason;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.socksx.v5.DefaultSocks5CommandResponse;
import io.netty.handler.codec.socksx.v5.DefaultSocks5InitialResponse;
import io.netty.handler.codec.socksx.v5.Socks5AddressType;
import io.netty.handler.codec.socksx.v5.Socks5AuthMethod;
import io.netty.handler.codec.socksx.v5.Socks5CommandRequest;
import io.netty.handler.codec.socksx.v5.Socks5CommandRequestDecoder;
import io.netty.handler.codec.socksx.v5.Socks5CommandStatus;
import io.netty.handler.codec.socksx.v5.Socks5CommandType;
import io.netty.handler.codec.socksx.v5.Socks5InitialRequest;
import io.netty.handler.codec.socksx.v5.Socks5Message;
import io.netty.handler.codec.socksx.v5.Socks5ServerEncoder;

/** SOCKS5 (RFC 1928): CONNECT without authentication; names are looked up here, in the mesh. */
final class SocksHandler extends SimpleChannelInboundHandler<Socks5Message> {
  private final ExplicitProxy proxy;

  SocksHandler(ExplicitProxy proxy) {
    this.proxy = proxy;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, Socks5Message message) {
    if (message.decoderResult().isFailure()) {
      ctx.close();
    } else if (message instanceof Socks5InitialRequest greeting) {
      greet(ctx, greeting);
    } else if (message instanceof Socks5CommandRequest command) {
      command(ctx, command);
    }
  }

  private static void greet(ChannelHandlerContext ctx, Socks5InitialRequest greeting) {
    if (!greeting.authMethods().contains(Socks5AuthMethod.NO_AUTH)) {
      ctx.writeAndFlush(new DefaultSocks5InitialResponse(Socks5AuthMethod.UNACCEPTED))
          .addListener(ChannelFutureListener.CLOSE);
      return;
    }
    ctx.writeAndFlush(new DefaultSocks5InitialResponse(Socks5AuthMethod.NO_AUTH));
    ctx.pipeline().addAfter("greeting", "command", new Socks5CommandRequestDecoder());
    ctx.pipeline().remove("greeting");
  }

  private void command(ChannelHandlerContext ctx, Socks5CommandRequest command) {
    Asked asked = new Asked("socks5", command.dstAddr(), command.dstPort());
    if (!command.type().equals(Socks5CommandType.CONNECT)) {
      proxy
          .record(ctx.channel(), asked)
          .refused(EndReason.MALFORMED, "SOCKS5 " + command.type() + ": expected CONNECT");
      refuse(ctx, Socks5CommandStatus.COMMAND_UNSUPPORTED);
      return;
    }
    proxy.connect(ctx.channel(), asked, new SocksReply(ctx, this));
  }

  private static void refuse(ChannelHandlerContext ctx, Socks5CommandStatus status) {
    ctx.writeAndFlush(new DefaultSocks5CommandResponse(status, Socks5AddressType.IPv4))
        .addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  private record SocksReply(ChannelHandlerContext ctx, SocksHandler handler) implements Reply {
    @Override
    public void onOpen() {
      ctx.writeAndFlush(
          new DefaultSocks5CommandResponse(Socks5CommandStatus.SUCCESS, Socks5AddressType.IPv4));
      ctx.pipeline().remove(handler);
      ctx.pipeline().remove(Socks5ServerEncoder.DEFAULT);
      ctx.pipeline().remove("command");
    }

    @Override
    public void onRefused(EndReason reason, String detail) {
      refuse(ctx, status(reason));
    }

    private static Socks5CommandStatus status(EndReason reason) {
      return switch (reason) {
        case UNKNOWN_DESTINATION -> Socks5CommandStatus.HOST_UNREACHABLE;
        case DENIED, LOOP, REFUSED_BY_PEER, TLS_FAILED -> Socks5CommandStatus.FORBIDDEN;
        case CONNECT_FAILED, NO_ENDPOINT -> Socks5CommandStatus.CONNECTION_REFUSED;
        default -> Socks5CommandStatus.FAILURE;
      };
    }
  }
}
