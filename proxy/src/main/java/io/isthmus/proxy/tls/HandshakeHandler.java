package io.isthmus.proxy.tls;

import static io.netty.handler.ssl.ApplicationProtocolNames.HTTP_2;

import io.isthmus.certs.VerifiedPeer;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Stands behind the {@link SslHandler} until the handshake is over, and lets a connection through
 * only with a verified peer and ALPN h2: OpenSSL cannot refuse a client without ALPN by itself.
 */
final class HandshakeHandler extends ChannelInboundHandlerAdapter {
  private final SslHandler tls;
  private final PeerCheck check;
  private final HandshakeObserver observer;
  private final HandshakeListener listener;
  private final long started = System.nanoTime();
  private boolean over;

  HandshakeHandler(
      SslHandler tls, PeerCheck check, HandshakeObserver observer, HandshakeListener listener) {
    this.tls = tls;
    this.check = check;
    this.observer = observer;
    this.listener = listener;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
    if (event instanceof SslHandshakeCompletionEvent completion && !over) {
      complete(context, completion);
    } else {
      super.userEventTriggered(context, event);
    }
  }

  private void complete(ChannelHandlerContext context, SslHandshakeCompletionEvent completion) {
    if (!completion.isSuccess()) {
      fail(
          context,
          HandshakeFailures.of(completion.cause(), check, tls.getHandshakeTimeoutMillis()));
      return;
    }
    @Nullable String protocol = tls.applicationProtocol();
    if (!HTTP_2.equals(protocol)) {
      fail(context, new HandshakeFailure.NoAlpn(protocol == null ? "" : protocol));
      return;
    }
    if (check.peer().isEmpty()) {
      fail(context, new HandshakeFailure.Broken("complete without a verification of the peer"));
      return;
    }
    over = true;
    VerifiedPeer peer = check.peer().orElseThrow();
    context.channel().attr(TlsContexts.PEER).set(peer);
    observer.onSucceeded(check.role(), Duration.ofNanos(System.nanoTime() - started));
    listener.onPeer(context, peer);
    context.pipeline().remove(this);
  }

  private void fail(ChannelHandlerContext context, HandshakeFailure failure) {
    over = true;
    observer.onFailed(check.role(), failure);
    listener.onFailure(failure);
    context.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    if (!over) {
      fail(context, new HandshakeFailure.ConnectionClosed());
    }
    super.channelInactive(context);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!over) {
      fail(context, HandshakeFailures.of(cause, check, tls.getHandshakeTimeoutMillis()));
    } else {
      context.close();
    }
  }
}
