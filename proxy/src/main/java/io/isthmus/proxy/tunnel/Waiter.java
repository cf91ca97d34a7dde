package io.isthmus.proxy.tunnel;

/** Wants a stream of some connection of a {@link Shelf}. */
interface Waiter {

  /** False when whoever asked has gone. */
  boolean isWanted();

  void use(PooledTunnel tunnel);

  void onFailure(TunnelError error);
}
