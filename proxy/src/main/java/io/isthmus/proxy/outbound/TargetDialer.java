package io.isthmus.proxy.outbound;

import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.Tunnel;
import io.isthmus.proxy.relay.SocketLeg;
import io.isthmus.proxy.relay.StreamLeg;
import io.isthmus.proxy.tunnel.OpenTunnel;
import io.isthmus.proxy.tunnel.TunnelDialer;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.Map;
import java.util.Optional;

/**
 * Opens the way to one endpoint: a tunnel, or a plain connection where it has no proxy.
 *
 * @param plain without group and handler
 * @param headers of every tunnel request
 */
public record TargetDialer(TunnelDialer tunnels, Bootstrap plain, Map<String, String> headers) {

  Future<OpenTarget> dial(Endpoint endpoint, EventLoop loop) {
    return switch (endpoint.tunnel()) {
      case Tunnel.Plain() -> plain(endpoint, loop);
      case Tunnel.Hbone hbone -> tunnel(endpoint, "hbone", loop);
      case Tunnel.Gateway gateway ->
          tunnel(
              endpoint, gateway.inner().isPresent() ? "hbone-end-to-end" : "hbone-gateway", loop);
    };
  }

  private Future<OpenTarget> tunnel(Endpoint endpoint, String kind, EventLoop loop) {
    Promise<OpenTarget> result = loop.newPromise();
    Future<OpenTunnel<StreamLeg>> dialled =
        tunnels.dial(endpoint, TunnelDialer.requestTo(endpoint, headers), StreamLeg::of, loop);
    dialled.addListener((Future<OpenTunnel<StreamLeg>> done) -> {
      if (done.isSuccess()) {
        OpenTunnel<StreamLeg> open = done.getNow();
        OpenTarget target = new OpenTarget(open.listener(), Optional.of(open.peer().id()), kind);
        if (!result.trySuccess(target)) {
          open.listener().abort();
        }
      } else {
        result.tryFailure(done.cause());
      }
    });
    cancelWith(result, dialled);
    return result;
  }

  private Future<OpenTarget> plain(Endpoint endpoint, EventLoop loop) {
    Promise<OpenTarget> result = loop.newPromise();
    // Not from inside a read event: its descriptor number may be reused within one epoll batch.
    loop.execute(() -> {
      ChannelFuture connected =
          plain.clone(loop).handler(new ChannelInboundHandlerAdapter()).connect(endpoint.address());
      connected.addListener((ChannelFuture done) -> {
        if (!done.isSuccess()) {
          result.tryFailure(done.cause());
        } else if (!result.trySuccess(
            new OpenTarget(SocketLeg.of(done.channel()), Optional.empty(), "none"))) {
          done.channel().close();
        }
      });
      cancelWith(result, connected);
    });
    return result;
  }

  private static void cancelWith(Promise<?> result, Future<?> attempt) {
    result.addListener(_ -> {
      if (result.isCancelled()) {
        attempt.cancel(false);
      }
    });
  }
}
