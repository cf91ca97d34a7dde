package io.isthmus.proxy.explicit;

import io.isthmus.proxy.explicit.ExplicitProxy.Asked;
import io.isthmus.proxy.outbound.Reply;
import io.isthmus.proxy.relay.EndReason;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** HTTP/1.1 CONNECT (RFC 9110, 9.3.6). Refusals say why, in a header and in the body. */
final class HttpConnectHandler extends ChannelInboundHandlerAdapter {
  private static final String USE_CONNECT =
      """
      This proxy carries connections, not requests: use CONNECT or SOCKS5. \
      With curl: -p (--proxytunnel), or --proxy socks5h://...
      """;

  private final ExplicitProxy proxy;

  HttpConnectHandler(ExplicitProxy proxy) {
    this.proxy = proxy;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof HttpRequest request) {
        answer(ctx, request);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void answer(ChannelHandlerContext ctx, HttpRequest request) {
    if (request.decoderResult().isFailure()) {
      refuse(ctx, 400, EndReason.MALFORMED, "malformed request: expected CONNECT host:port");
    } else if (!request.method().equals(HttpMethod.CONNECT)) {
      String detail = request.method() + " " + request.uri() + ": expected CONNECT";
      proxy
          .record(ctx.channel(), new Asked("http", request.uri(), 0))
          .refused(EndReason.MALFORMED, detail);
      refuse(ctx, 405, EndReason.MALFORMED, detail + ". " + USE_CONNECT.strip());
    } else {
      connect(ctx, request.uri());
    }
  }

  private void connect(ChannelHandlerContext ctx, String authority) {
    Optional<Asked> asked = parse(authority);
    if (asked.isEmpty()) {
      String detail = "CONNECT \"" + authority + "\": expected host:port or [ipv6]:port";
      proxy
          .record(ctx.channel(), new Asked("http-connect", authority, 0))
          .refused(EndReason.MALFORMED, detail);
      refuse(ctx, 400, EndReason.MALFORMED, detail);
      return;
    }
    proxy.connect(ctx.channel(), asked.orElseThrow(), new HttpReply(ctx, this));
  }

  static Optional<Asked> parse(String authority) {
    int colon = authority.lastIndexOf(':');
    if (colon < 1) {
      return Optional.empty();
    }
    String host = authority.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      return Optional.empty();
    }
    String port = authority.substring(colon + 1);
    if (host.isEmpty() || !port.matches("[0-9]{1,5}")) {
      return Optional.empty();
    }
    int number = Integer.parseInt(port);
    return number < 1 || number > 65535
        ? Optional.empty()
        : Optional.of(new Asked("http-connect", host, number));
  }

  private static void refuse(
      ChannelHandlerContext ctx, int status, EndReason reason, String detail) {
    String body = detail + "\n";
    String head =
        "HTTP/1.1 %d %s\r\n".formatted(status, phrase(status))
            + (status == 405 ? "allow: CONNECT\r\n" : "")
            + "content-type: text/plain; charset=utf-8\r\n"
            + "content-length: %d\r\n".formatted(body.getBytes(StandardCharsets.UTF_8).length)
            + "isthmus-reason: %s\r\nconnection: close\r\n\r\n".formatted(reason.key());
    ctx.writeAndFlush(ByteBufUtil.writeUtf8(ctx.alloc(), head + body))
        .addListener(ChannelFutureListener.CLOSE);
  }

  private static String phrase(int status) {
    return switch (status) {
      case 400 -> "Bad Request";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 502 -> "Bad Gateway";
      default -> "Service Unavailable";
    };
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  private record HttpReply(ChannelHandlerContext ctx, HttpConnectHandler handler) implements Reply {
    @Override
    public void onOpen() {
      ctx.writeAndFlush(
          ByteBufUtil.writeAscii(ctx.alloc(), "HTTP/1.1 200 Connection Established\r\n\r\n"));
      ctx.pipeline().remove(handler);
      ctx.pipeline().remove("head");
    }

    @Override
    public void onRefused(EndReason reason, String detail) {
      refuse(ctx, status(reason), reason, detail);
    }

    private static int status(EndReason reason) {
      return switch (reason) {
        case MALFORMED -> 400;
        case DENIED, LOOP -> 403;
        case UNKNOWN_DESTINATION -> 404;
        case NO_ENDPOINT, NOT_READY, OVERLOADED, DRAINING -> 503;
        default -> 502;
      };
    }
  }
}
