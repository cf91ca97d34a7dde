package io.isthmus.control.federation;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.isthmus.certs.TrustBundle;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.function.Supplier;

/** One answer, and the connection ends: nobody asks twice within minutes. */
final class BundleAnswer extends SimpleChannelInboundHandler<HttpObject> {
  private final Supplier<TrustBundle> bundle;
  private final MeterRegistry metrics;
  private boolean answered;

  BundleAnswer(Supplier<TrustBundle> bundle, MeterRegistry metrics) {
    this.bundle = bundle;
    this.metrics = metrics;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
    if (answered || !(message instanceof HttpRequest request)) {
      return; // what follows the head is not read
    }
    answered = true;
    FullHttpResponse answer = answer(request);
    metrics
        .counter("isthmus.bundle.requests", "status", answer.status().codeAsText().toString())
        .increment();
    ctx.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
  }

  private FullHttpResponse answer(HttpRequest request) {
    if (request.decoderResult().isFailure()) {
      return text(
          switch (request.decoderResult().cause()) {
            case TooLongHttpLineException _ -> HttpResponseStatus.REQUEST_URI_TOO_LONG;
            case TooLongHttpHeaderException _ -> HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE;
            default -> HttpResponseStatus.BAD_REQUEST;
          });
    }
    if (!isRoot(request.uri())) {
      return text(HttpResponseStatus.NOT_FOUND);
    }
    if (!request.method().equals(HttpMethod.GET)) {
      FullHttpResponse refused = text(HttpResponseStatus.METHOD_NOT_ALLOWED);
      refused.headers().set(HttpHeaderNames.ALLOW, HttpMethod.GET.name());
      return refused;
    }
    if (HttpUtil.isTransferEncodingChunked(request) || HttpUtil.getContentLength(request, 0L) > 0) {
      return text(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE);
    }
    return response(HttpResponseStatus.OK, "application/json", bundle.get().toJwks());
  }

  /** {@code /}, or the same with scheme and host before it, as RFC 9112 lets a client send it. */
  private static boolean isRoot(String target) {
    if (!target.startsWith("https://")) {
      return target.equals("/");
    }
    int path = target.indexOf('/', "https://".length());
    return path < 0 || path == target.length() - 1;
  }

  private static FullHttpResponse text(HttpResponseStatus status) {
    return response(status, "text/plain", (status.reasonPhrase() + "\n").getBytes(US_ASCII));
  }

  private static FullHttpResponse response(HttpResponseStatus status, String type, byte[] body) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, type)
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
        // A cache that holds an old bundle holds up a rotation.
        .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_CACHE)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    return response;
  }

  /** Strangers' TLS and strangers' ends are not worth a log line. */
  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    metrics.counter("isthmus.bundle.requests", "status", "failed").increment();
    ctx.close();
  }
}
