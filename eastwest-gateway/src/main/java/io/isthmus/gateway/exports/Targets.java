package io.isthmus.gateway.exports;

import static io.isthmus.proxy.tunnel.PooledTunnelDialer.HBONE_PORT;

import io.isthmus.certs.SpiffeId;
import io.isthmus.proxy.config.Cluster;
import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.InboundRoute;
import io.isthmus.proxy.config.Tunnel;
import io.isthmus.proxy.config.TunnelMode;
import io.isthmus.proxy.config.UnmeshedPolicy;
import io.isthmus.proxy.hbone.ConnectRequest;
import io.isthmus.proxy.inbound.Forwarded;
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
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;

/**
 * Opens the way to an endpoint, as the export's mode says.
 *
 * @param plain without group and handler
 */
public record Targets(TunnelDialer tunnels, Bootstrap plain) {

  /** The endpoints of {@code cluster} that the export's mode and policy allow. */
  static Cluster usable(Verdict.Export export) {
    Cluster all = export.cluster();
    return new Cluster(
        all.name(),
        all.service(),
        all.endpoints().stream().filter(e -> isUsable(export.route(), e)).toList());
  }

  private static boolean isUsable(InboundRoute route, Endpoint endpoint) {
    return switch (endpoint.tunnel()) {
      case Tunnel.Hbone hbone -> true;
      case Tunnel.Plain plain ->
          route.mode() == TunnelMode.TERMINATE && route.unmeshed() == UnmeshedPolicy.ALLOW;
      case Tunnel.Gateway gateway -> false; // no transit: a peer reaches only what is here
    };
  }

  Future<Target> open(InboundRoute route, SpiffeId caller, Endpoint endpoint, EventLoop loop) {
    return switch (route.mode()) {
      case END_TO_END -> connect(meshPort(endpoint), loop);
      case TERMINATE ->
          switch (endpoint.tunnel()) {
            case Tunnel.Plain plain -> connect(endpoint.address(), loop);
            case Tunnel.Hbone hbone -> tunnel(route, caller, endpoint, loop);
            case Tunnel.Gateway gateway -> tunnel(route, caller, endpoint, loop);
          };
    };
  }

  private static InetSocketAddress meshPort(Endpoint endpoint) {
    return new InetSocketAddress(endpoint.address().getAddress(), HBONE_PORT);
  }

  /** The authority is the export's own: the destination finds it in its table, with its policy. */
  private Future<Target> tunnel(
      InboundRoute route, SpiffeId caller, Endpoint endpoint, EventLoop loop) {
    Promise<Target> result = loop.newPromise();
    Map<String, String> headers = Map.of("forwarded", Forwarded.by(caller));
    Future<OpenTunnel<StreamLeg>> dialled =
        tunnels.dial(endpoint, new ConnectRequest(route.authority(), headers), StreamLeg::of, loop);
    dialled.addListener((Future<OpenTunnel<StreamLeg>> done) -> {
      if (!done.isSuccess()) {
        result.tryFailure(done.cause());
      } else {
        OpenTunnel<StreamLeg> open = done.getNow();
        if (!result.trySuccess(new Target(open.listener(), Optional.of(open.peer().id())))) {
          open.listener().abort();
        }
      }
    });
    cancelWith(result, dialled);
    return result;
  }

  private Future<Target> connect(InetSocketAddress address, EventLoop loop) {
    Promise<Target> result = loop.newPromise();
    // Not from inside a read event: a descriptor's number may be used again within one epoll batch.
    loop.execute(() -> {
      ChannelFuture connected =
          plain.clone(loop).handler(new ChannelInboundHandlerAdapter()).connect(address);
      connected.addListener((ChannelFuture done) -> {
        if (!done.isSuccess()) {
          result.tryFailure(done.cause());
        } else if (result.isCancelled()) {
          done.channel().close();
        } else {
          result.trySuccess(new Target(SocketLeg.of(done.channel()), Optional.empty()));
        }
      });
      cancelWith(result, connected);
    });
    return result;
  }

  private static void cancelWith(Promise<?> result, Future<?> attempt) {
    result.addListener(done -> {
      if (result.isCancelled()) {
        attempt.cancel(false);
      }
    });
  }
}
