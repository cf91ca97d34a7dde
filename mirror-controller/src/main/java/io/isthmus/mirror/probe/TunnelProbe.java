package io.isthmus.mirror.probe;

import io.isthmus.api.ObjectNames;
import io.isthmus.certs.BundleSet;
import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustBundle;
import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.Tunnel;
import io.isthmus.proxy.hbone.ConnectRequest;
import io.isthmus.proxy.identity.SvidSource;
import io.isthmus.proxy.memory.MemoryBudget;
import io.isthmus.proxy.tls.HandshakeObserver;
import io.isthmus.proxy.tls.TlsContexts;
import io.isthmus.proxy.tls.TrustMaterial;
import io.isthmus.proxy.transport.Transport;
import io.isthmus.proxy.tunnel.OpenTunnel;
import io.isthmus.proxy.tunnel.PooledTunnelDialer;
import io.isthmus.proxy.tunnel.TunnelObserver;
import io.isthmus.proxy.tunnel.TunnelSettings;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Probes as a workload's traffic travels: the sidecar's own tunnels, mTLS with this controller's
 * SVID, the gateway's exact identity, and one byte that the gateway echoes. Thread-safe.
 */
public final class TunnelProbe implements GatewayProbe {
  private static final long BUDGET_BYTES = 8L << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final TunnelSettings SETTINGS =
      new TunnelSettings(
          Duration.ofSeconds(2),
          Duration.ofSeconds(3),
          Duration.ofSeconds(3),
          Duration.ofMinutes(1),
          Duration.ofMinutes(10),
          Duration.ofMinutes(10),
          Optional.empty(),
          Optional.empty());

  private final SvidSource identity;
  private final EventLoopGroup loops;
  private final TlsContexts contexts;
  private final PooledTunnelDialer dialer;
  private BundleSet bundles = BundleSet.EMPTY;

  public TunnelProbe(SvidSource identity, InstantSource clock) {
    this.identity = identity;
    this.loops = Transport.ofThisPlatform().eventLoops(1, "probes");
    this.contexts = new TlsContexts(clock, HandshakeObserver.none());
    this.dialer =
        new PooledTunnelDialer(
            contexts, new MemoryBudget(BUDGET_BYTES), SETTINGS, TunnelObserver.none());
  }

  @Override
  public CompletableFuture<Duration> probe(ProbeTarget target) {
    if (!isReady(target)) {
      return notReady();
    }
    CompletableFuture<Duration> result = new CompletableFuture<>();
    Future<OpenTunnel<EchoMeasurement>> dialled =
        dialer.dial(
            gateway(target),
            new ConnectRequest(ObjectNames.PROBE_AUTHORITY),
            stream -> new EchoMeasurement(stream, result),
            loops.next());
    dialled.addListener(done -> opened(dialled, result));
    // what got no answer is not asked again: another connection tells what its way is blocked by
    result.whenComplete((rtt, lost) -> {
      if (lost != null) {
        dialer.drain();
      }
    });
    return result;
  }

  @Override
  public CompletableFuture<PathReport> measure(ProbeTarget target) {
    if (!isReady(target)) {
      return notReady();
    }
    return new PathMeasurement(
            contexts,
            SETTINGS,
            gateway(target),
            new ConnectRequest(ObjectNames.PROBE_AUTHORITY),
            loops.next())
        .run();
  }

  private static Endpoint gateway(ProbeTarget target) {
    return new Endpoint(
        target.address().socketAddress(),
        new Tunnel.Gateway(
            ObjectNames.PROBE_AUTHORITY,
            new ExpectedPeer.Exact(Set.of(target.gateway())),
            Optional.empty()),
        true);
  }

  private static <T> CompletableFuture<T> notReady() {
    return CompletableFuture.failedFuture(
        new IllegalStateException("this controller has no SVID yet: is its control plane up?"));
  }

  private void opened(
      Future<OpenTunnel<EchoMeasurement>> dialled, CompletableFuture<Duration> result) {
    if (!dialled.isSuccess()) {
      result.completeExceptionally(dialled.cause());
      return;
    }
    EchoMeasurement echo = dialled.getNow().listener();
    echo.start();
    dialled.getNow().stream()
        .eventLoop()
        .schedule(
            () -> {
              if (!result.isDone()) {
                echo.giveUp();
              }
            },
            PATIENCE.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private boolean isReady(ProbeTarget target) {
    Optional<Svid> svid = identity.current();
    svid.ifPresent(own -> trust(own, target.bundle()));
    return svid.isPresent();
  }

  /** A new generation only when the own SVID or a bundle is another one. */
  private synchronized void trust(Svid svid, TrustBundle bundle) {
    if (!bundles.find(bundle.trustDomain()).equals(Optional.of(bundle))) {
      bundles = bundles.with(bundle);
    }
    contexts.update(new TrustMaterial(svid, bundles, Set.of()));
  }

  @Override
  public void close() {
    try {
      dialer.close();
    } catch (Exception e) {
      throw new IllegalStateException("the probes' tunnels cannot be closed", e);
    }
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    contexts.close();
  }
}
