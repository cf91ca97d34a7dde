package io.isthmus.proxy.admin;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers requests of one connection from {@link Pages}. */
final class HttpPages extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(HttpPages.class);

  private final Pages pages;

  /** That all requests so far have got theirs: answers go out in the order of the requests. */
  private CompletionStage<?> answered = CompletableFuture.completedFuture(true);

  HttpPages(Pages pages) {
    this.pages = pages;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
    boolean keepAlive = HttpUtil.isKeepAlive(request) && request.decoderResult().isSuccess();
    String uri = request.uri();
    CompletionStage<Page> page = page(request).exceptionally(failure -> failed(uri, failure));
    answered =
        answered.thenCombineAsync(
            page,
            (before, ready) -> {
              write(ctx, ready, keepAlive);
              return true;
            },
            ctx.executor());
  }

  private static void write(ChannelHandlerContext ctx, Page page, boolean keepAlive) {
    FullHttpResponse response = response(page);
    HttpUtil.setKeepAlive(response, keepAlive);
    var written = ctx.writeAndFlush(response);
    if (!keepAlive) {
      written.addListener(ChannelFutureListener.CLOSE);
    }
  }

  private CompletionStage<Page> page(FullHttpRequest request) {
    if (request.decoderResult().isFailure()) {
      return CompletableFuture.completedFuture(
          Page.text(400, "malformed request: expected HTTP/1.1\n"));
    }
    try {
      return pages.answer(request.method(), request.uri());
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static Page failed(String uri, Throwable failure) {
    LOG.atError().setCause(failure).addKeyValue("uri", uri).log("page failed");
    return Page.text(500, "this page failed: see the log\n");
  }

  private static FullHttpResponse response(Page page) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(page.status()),
            Unpooled.wrappedBuffer(page.body()));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, page.contentType());
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, page.body().length);
    return response;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
