package io.isthmus.proxy.tunnel;

import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.Tunnel;
import io.isthmus.proxy.hbone.ConnectRequest;
import io.isthmus.proxy.hbone.StreamListener;
import io.isthmus.proxy.hbone.TunnelStream;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.Map;
import java.util.function.Function;

/** Opens tunnels to endpoints. Safe on any thread. */
public interface TunnelDialer {

  /**
   * Opens a tunnel on {@code loop} to an endpoint with a {@link Tunnel.Hbone} or {@link
   * Tunnel.Gateway}. When the far end has answered 200, {@code listener} makes the stream's
   * listener, at once and before any data; before that, and when the future fails, nobody hears
   * anything. The future completes on the loop; it fails with {@link TunnelException}. Cancelling
   * it gives up the stream.
   */
  <L extends StreamListener> Future<OpenTunnel<L>> dial(
      Endpoint endpoint,
      ConnectRequest request,
      Function<TunnelStream, L> listener,
      EventLoop loop);

  /** The request that {@code endpoint} expects, with these headers. */
  static ConnectRequest requestTo(Endpoint endpoint, Map<String, String> headers) {
    return switch (endpoint.tunnel()) {
      case Tunnel.Hbone hbone -> new ConnectRequest(hbone.authority(), headers);
      case Tunnel.Gateway gateway -> new ConnectRequest(gateway.authority(), headers);
      case Tunnel.Plain plain ->
          throw new IllegalArgumentException(
              "endpoint " + endpoint.address() + " has no tunnel: expected HBONE or a gateway");
    };
  }
}
