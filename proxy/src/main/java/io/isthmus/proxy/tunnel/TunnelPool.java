package io.isthmus.proxy.tunnel;

import io.isthmus.certs.VerifiedPeer;
import io.isthmus.proxy.hbone.ConnectRequest;
import io.isthmus.proxy.memory.MemoryBudget;
import io.isthmus.proxy.tls.TlsContexts;
import io.isthmus.proxy.tls.TlsGeneration;
import io.netty.channel.EventLoop;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The connections of one event loop. Invariants: a connection on a shelf can take streams or is
 * full, and has the shelf's key; one that drains is on no shelf; when trust or identity changes,
 * all that came before leaves, at once when its peer is not trusted any more or is not known yet;
 * nothing is dialled for a key that is not of the current trust and identity.
 */
final class TunnelPool {
  private final EventLoop loop;
  private final PooledTunnelDialer dialer;
  private final Map<TunnelKey, Shelf> shelves = new HashMap<>();
  private final Set<PooledTunnel> draining = new HashSet<>();

  TunnelPool(EventLoop loop, PooledTunnelDialer dialer) {
    this.loop = loop;
    this.dialer = dialer;
  }

  /** Serves the waiter by a connection of the current trust and identity, whatever the key's. */
  void take(TunnelKey key, Waiter waiter) {
    contexts()
        .current()
        .ifPresentOrElse(
            now -> shelf(key.in(now)).take(waiter),
            () -> waiter.onFailure(new TunnelError.NotReady()));
  }

  boolean isCurrent(TunnelKey key) {
    return contexts().current().filter(now -> now.number() == key.generation()).isPresent();
  }

  private Shelf shelf(TunnelKey key) {
    return shelves.computeIfAbsent(
        key,
        k ->
            new Shelf(
                this,
                k,
                switch (k) {
                  case TunnelKey.ToPeer peer -> SharePolicy.CONNECTIONS;
                  case TunnelKey.ToDestination destination -> SharePolicy.SESSIONS;
                }));
  }

  Transport transport(Shelf shelf) {
    return switch (shelf.key()) {
      case TunnelKey.ToPeer peer -> new TcpTransport(loop, peer.address(), settings());
      case TunnelKey.ToDestination destination ->
          new StreamTransport(
              this, destination.gateway(), new ConnectRequest(destination.authority()));
    };
  }

  void forget(Shelf shelf) {
    shelves.remove(shelf.key(), shelf);
  }

  void drains(PooledTunnel tunnel) {
    draining.add(tunnel);
  }

  void closed(PooledTunnel tunnel) {
    draining.remove(tunnel);
  }

  void onGeneration(TlsGeneration current) {
    // First those that are being dialled: one that is dialled through a gateway's connection would
    // fail with it, and who waits for it need not hear of that.
    for (Shelf shelf : List.copyOf(shelves.values())) {
      if (shelf.key().generation() < current.number()) {
        shelf.giveUpDials();
      }
    }
    for (PooledTunnel tunnel : connections()) {
      if (!current.stillTrusts(tunnel.peer())) {
        tunnel.cut();
      } else if (tunnel.generation().filter(g -> g.number() < current.number()).isPresent()) {
        tunnel.drain();
      }
    }
  }

  /** Connections with {@code peers} take no more streams. */
  void recall(Set<VerifiedPeer> peers) {
    for (PooledTunnel tunnel : connections()) {
      if (peers.contains(tunnel.peer())) {
        tunnel.drain();
      }
    }
  }

  void drain() {
    connections().forEach(PooledTunnel::drain);
    List.copyOf(shelves.values()).forEach(Shelf::drainDials);
  }

  void close() {
    connections().forEach(PooledTunnel::drain);
    List.copyOf(shelves.values()).forEach(Shelf::failDials);
  }

  /** Those that are being dialled are not among them: nothing is known of their peers. */
  private List<PooledTunnel> connections() {
    List<PooledTunnel> all = new ArrayList<>(draining);
    shelves.values().forEach(shelf -> all.addAll(shelf.connections()));
    return all;
  }

  EventLoop loop() {
    return loop;
  }

  TlsContexts contexts() {
    return dialer.contexts();
  }

  MemoryBudget budget() {
    return dialer.budget();
  }

  TunnelSettings settings() {
    return dialer.settings();
  }

  TunnelObserver observer() {
    return dialer.observer();
  }

  InstantSource clock() {
    return dialer.clock();
  }

  RandomGenerator random() {
    return dialer.random();
  }
}
