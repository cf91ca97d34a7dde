package io.isthmus.proxy.tunnel;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

/**
 * The connections of one key, and who waits for one. However many ask at once, there are no more
 * handshakes under way than their streams need connections. A connection is here from the moment it
 * can take streams until it must not take new ones; it never comes back.
 */
final class Shelf {
  /** After a failure none is opened ahead for a while: a peer that is full pays for handshakes. */
  private static final Duration SPREAD_BACK_OFF = Duration.ofSeconds(10);

  private final TunnelPool pool;
  private final TunnelKey key;
  private final SharePolicy policy;
  private final List<PooledTunnel> ready = new ArrayList<>();
  private final Queue<Waiter> waiters = new ArrayDeque<>();
  private final Set<PooledTunnel> connecting = new LinkedHashSet<>();
  private Instant spreadAgainAt = Instant.MIN;

  Shelf(TunnelPool pool, TunnelKey key, SharePolicy policy) {
    this.pool = pool;
    this.key = key;
    this.policy = policy;
  }

  TunnelKey key() {
    return key;
  }

  SharePolicy policy() {
    return policy;
  }

  void take(Waiter waiter) {
    Optional<PooledTunnel> least = leastLoaded();
    if (least.isEmpty()) {
      waiters.add(waiter);
      connectForWaiters();
      return;
    }
    PooledTunnel tunnel = least.orElseThrow();
    waiter.use(tunnel);
    if (tunnel.streams() >= policy.spreadAbove()
        && ready.size() + connecting.size() < policy.spreadTo()
        && !pool.clock().instant().isBefore(spreadAgainAt)) {
      connect();
    }
  }

  private Optional<PooledTunnel> leastLoaded() {
    PooledTunnel least = null;
    for (PooledTunnel tunnel : ready) {
      if (tunnel.canTake() && (least == null || tunnel.streams() < least.streams())) {
        least = tunnel;
      }
    }
    return Optional.ofNullable(least);
  }

  private void connectForWaiters() {
    while (connecting.size() * policy.streams() < waiters.size()) {
      connect();
    }
  }

  private void connect() {
    PooledTunnel tunnel = new PooledTunnel(pool, this);
    connecting.add(tunnel);
    tunnel.connect();
  }

  void onReady(PooledTunnel tunnel) {
    connecting.remove(tunnel);
    ready.add(tunnel);
    serve();
  }

  /** A connection did not come to be: those who wait hear why, unless another one is under way. */
  void onFailed(PooledTunnel tunnel, TunnelError error) {
    connecting.remove(tunnel);
    spreadAgainAt = pool.clock().instant().plus(SPREAD_BACK_OFF);
    if (connecting.isEmpty()) {
      List<Waiter> failed = new ArrayList<>(waiters);
      waiters.clear();
      failed.forEach(waiter -> waiter.onFailure(error));
    }
    forgetIfEmpty();
  }

  /** Streams of a connection have ended, or its limit was raised. */
  void serve() {
    while (!waiters.isEmpty()) {
      Waiter next = waiters.element();
      if (!next.isWanted()) {
        waiters.remove();
        continue;
      }
      Optional<PooledTunnel> least = leastLoaded();
      if (least.isEmpty()) {
        connectForWaiters();
        return;
      }
      waiters.remove();
      next.use(least.orElseThrow());
    }
  }

  /**
   * Nothing that was dialled on older trust serves anyone: who waits is served by newer. The dials
   * go on, and end when their handshakes have: one that is broken off is a failure to the peer.
   */
  void giveUpDials() {
    List<Waiter> moving = List.copyOf(waiters);
    waiters.clear();
    moving.stream().filter(Waiter::isWanted).forEach(waiter -> pool.take(key, waiter));
  }

  /** A connection came to be on trust that is not current any more. */
  void onOutdated(PooledTunnel tunnel) {
    giveUpDials();
    connecting.remove(tunnel);
    forgetIfEmpty();
  }

  void drainDials() {
    List.copyOf(connecting).forEach(PooledTunnel::drain);
  }

  void failDials() {
    List.copyOf(connecting).forEach(PooledTunnel::failClosed);
  }

  void remove(PooledTunnel tunnel) {
    ready.remove(tunnel);
    forgetIfEmpty();
  }

  List<PooledTunnel> connections() {
    return List.copyOf(ready);
  }

  private void forgetIfEmpty() {
    if (ready.isEmpty() && connecting.isEmpty() && waiters.isEmpty()) {
      pool.forget(this);
    }
  }
}
