package io.isthmus.proxy.tunnel;

import io.isthmus.proxy.hbone.ConnectRequest;
import io.isthmus.proxy.hbone.StreamListener;
import io.isthmus.proxy.hbone.TunnelStream;
import java.util.function.Function;

/** One wish for a tunnel: opens a stream on the connection it is given, and waits for the 200. */
final class Dial<L extends StreamListener> implements Waiter {
  private final ConnectRequest request;
  private final Function<TunnelStream, L> listener;
  private final Outcome<L> outcome;
  private boolean tried;

  /** Hears one of the two, once. */
  interface Outcome<L extends StreamListener> {
    boolean isWanted();

    void onOpen(OpenTunnel<L> open, PooledTunnel carrier);

    void onFailure(TunnelError error);
  }

  Dial(ConnectRequest request, Function<TunnelStream, L> listener, Outcome<L> outcome) {
    this.request = request;
    this.listener = listener;
    this.outcome = outcome;
  }

  @Override
  public boolean isWanted() {
    return outcome.isWanted();
  }

  @Override
  public void use(PooledTunnel tunnel) {
    new PendingStream<>(this, tunnel).open();
  }

  @Override
  public void onFailure(TunnelError error) {
    outcome.onFailure(error);
  }

  ConnectRequest request() {
    return request;
  }

  L listenerFor(TunnelStream stream) {
    return listener.apply(stream);
  }

  Outcome<L> outcome() {
    return outcome;
  }

  /**
   * The stream was lost before its answer with the connection under it, or was refused unseen by a
   * peer that drains: a second connection may do, once. No byte of the application was sent.
   */
  void onLost(PooledTunnel tunnel, TunnelError error) {
    if (tried) {
      outcome.onFailure(error);
    } else {
      tried = true;
      tunnel.takeElsewhere(this);
    }
  }
}
