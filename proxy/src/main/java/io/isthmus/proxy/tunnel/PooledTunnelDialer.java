package io.isthmus.proxy.tunnel;

import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.SpiffeId;
import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.Tunnel;
import io.isthmus.proxy.hbone.ConnectRequest;
import io.isthmus.proxy.hbone.StreamListener;
import io.isthmus.proxy.hbone.TunnelStream;
import io.isthmus.proxy.memory.MemoryBudget;
import io.isthmus.proxy.tls.TlsContexts;
import io.isthmus.proxy.tls.TlsGeneration;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** Dials through one {@link TunnelPool} for each event loop. */
public final class PooledTunnelDialer implements TunnelDialer, AutoCloseable {
  /** The mesh's port on a pod. */
  public static final int HBONE_PORT = 15008;

  private final TlsContexts contexts;
  private final MemoryBudget budget;
  private final TunnelSettings settings;
  private final TunnelObserver observer;
  private final InstantSource clock = InstantSource.system();
  private final Map<EventLoop, TunnelPool> pools = new ConcurrentHashMap<>();
  private final TlsContexts.Subscription generations;
  private final TlsContexts.Subscription recalls;

  public PooledTunnelDialer(
      TlsContexts contexts, MemoryBudget budget, TunnelSettings settings, TunnelObserver observer) {
    this.contexts = contexts;
    this.budget = budget;
    this.settings = settings;
    this.observer = observer;
    this.generations =
        contexts.subscribe(generation ->
            pools.forEach((loop, pool) -> loop.execute(() -> pool.onGeneration(generation))));
    this.recalls =
        contexts.subscribeRecalls(
            peers -> pools.forEach((loop, pool) -> loop.execute(() -> pool.recall(peers))));
  }

  @Override
  public <L extends StreamListener> Future<OpenTunnel<L>> dial(
      Endpoint endpoint,
      ConnectRequest request,
      Function<TunnelStream, L> listener,
      EventLoop loop) {
    Promise<OpenTunnel<L>> promise = loop.newPromise();
    Dial<L> dial = new Dial<>(request, listener, new DialPromise<>(promise));
    if (loop.inEventLoop()) {
      take(endpoint, dial, loop);
    } else {
      loop.execute(() -> take(endpoint, dial, loop));
    }
    return promise;
  }

  private void take(Endpoint endpoint, Dial<?> dial, EventLoop loop) {
    Optional<TlsGeneration> generation = contexts.current();
    if (generation.isEmpty()) {
      dial.onFailure(new TunnelError.NotReady());
      return;
    }
    pools
        .computeIfAbsent(loop, l -> new TunnelPool(l, this))
        .take(keyOf(endpoint, generation.orElseThrow()), dial);
  }

  private static TunnelKey keyOf(Endpoint endpoint, TlsGeneration generation) {
    SpiffeId own = generation.material().svid().id();
    long number = generation.number();
    return switch (endpoint.tunnel()) {
      case Tunnel.Hbone(String authority, ExpectedPeer peer) ->
          new TunnelKey.ToPeer(number, own, peer, meshPortOf(endpoint));
      case Tunnel.Gateway(String authority, ExpectedPeer gateway, var inner) -> {
        TunnelKey.ToPeer outer = new TunnelKey.ToPeer(number, own, gateway, endpoint.address());
        yield inner.isPresent()
            ? new TunnelKey.ToDestination(outer, authority, inner.orElseThrow())
            : outer;
      }
      case Tunnel.Plain plain ->
          throw new IllegalArgumentException(
              "endpoint " + endpoint.address() + " has no tunnel: expected HBONE or a gateway");
    };
  }

  private static InetSocketAddress meshPortOf(Endpoint endpoint) {
    return new InetSocketAddress(endpoint.address().getAddress(), HBONE_PORT);
  }

  /**
   * Every connection takes no more streams and closes with its last one; those that are being
   * dialled serve who waits for them first.
   */
  public void drain() {
    pools.forEach((loop, pool) -> loop.execute(pool::drain));
  }

  /** As {@link #drain}, but gives up what is being dialled: who waits for it hears that. */
  @Override
  public void close() {
    generations.close();
    recalls.close();
    pools.forEach((loop, pool) -> loop.execute(pool::close));
  }

  private record DialPromise<L extends StreamListener>(Promise<OpenTunnel<L>> promise)
      implements Dial.Outcome<L> {
    @Override
    public boolean isWanted() {
      return !promise.isCancelled();
    }

    @Override
    public void onOpen(OpenTunnel<L> open, PooledTunnel carrier) {
      promise.trySuccess(open);
    }

    @Override
    public void onFailure(TunnelError error) {
      promise.tryFailure(new TunnelException(error));
    }
  }

  TlsContexts contexts() {
    return contexts;
  }

  MemoryBudget budget() {
    return budget;
  }

  TunnelSettings settings() {
    return settings;
  }

  TunnelObserver observer() {
    return observer;
  }

  InstantSource clock() {
    return clock;
  }

  RandomGenerator random() {
    return ThreadLocalRandom.current();
  }
}
