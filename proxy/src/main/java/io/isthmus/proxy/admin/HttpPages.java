package io.isthmus.proxy.admin;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests of one connection from {@link Pages}, one at a time: more is read when all that
 * was read has its answer. No page has use for a body, so that none is waited for. On the channel's
 * event loop.
 */
final class HttpPages extends SimpleChannelInboundHandler<HttpObject> {
  private static final Logger LOG = LoggerFactory.getLogger(HttpPages.class);

  /**
   * @param keepAlive whether others may follow
   */
  private record Asked(HttpMethod method, String uri, boolean isWellFormed, boolean keepAlive) {
    static Asked of(HttpRequest request) {
      boolean isWellFormed = request.decoderResult().isSuccess();
      // who waits to be told that its body is wanted may send it after the answer, or may not
      boolean isClear = isWellFormed && !HttpUtil.is100ContinueExpected(request);
      return new Asked(
          request.method(), request.uri(), isWellFormed, isClear && HttpUtil.isKeepAlive(request));
    }
  }

  private final Pages pages;

  /** What one read brings; of a client that has ended its side no more than the codec takes. */
  private final Queue<Asked> waiting = new ArrayDeque<>();

  private boolean isAnswering;

  /** No request will come after those that wait. */
  private boolean isOver;

  HttpPages(Pages pages) {
    this.pages = pages;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    next(ctx);
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
    if (part instanceof HttpRequest request) {
      waiting.add(Asked.of(request));
    } else if (part.decoderResult().isFailure()) {
      isOver = true; // where the next one would begin is not known
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    next(ctx);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      isOver = true;
      next(ctx);
    }
  }

  private void next(ChannelHandlerContext ctx) {
    if (isAnswering) {
      return;
    }
    Asked asked = waiting.poll();
    if (asked != null) {
      isAnswering = true;
      answer(ctx, asked);
    } else if (isOver) {
      ctx.close();
    } else {
      ctx.read();
    }
  }

  private void answer(ChannelHandlerContext ctx, Asked asked) {
    page(asked)
        .exceptionally(failure -> failed(asked.uri(), failure))
        .thenAcceptAsync(page -> write(ctx, page, asked.keepAlive()), ctx.executor())
        .exceptionally(failure -> {
          failed(asked.uri(), failure);
          ctx.close();
          return null;
        });
  }

  private void write(ChannelHandlerContext ctx, Page page, boolean keepAlive) {
    FullHttpResponse response = response(page);
    HttpUtil.setKeepAlive(response, keepAlive);
    ctx.writeAndFlush(response)
        .addListener(written -> {
          if (keepAlive && written.isSuccess()) {
            isAnswering = false;
            next(ctx);
          } else {
            ctx.close();
          }
        });
  }

  private CompletionStage<Page> page(Asked asked) {
    if (!asked.isWellFormed()) {
      return CompletableFuture.completedFuture(
          Page.text(400, "malformed request: expected HTTP/1.1\n"));
    }
    try {
      return pages.answer(asked.method(), asked.uri());
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
