package io.isthmus.mirror.canary;

import io.isthmus.certs.Svid;
import io.isthmus.mirror.probe.ProbeTarget;
import io.isthmus.proxy.canary.CanaryHandshake;
import io.isthmus.proxy.canary.CanaryOutcome;
import io.isthmus.proxy.canary.Patience;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Canaries that the control plane issues. All Links share an answer for some seconds, so that it is
 * not asked by each of them. Thread-safe.
 */
public final class IssuedCanary implements GatewayCanary {
  private static final Duration SHARED = CanaryLoop.RETRY;

  private final Supplier<CompletableFuture<Svid>> issued;
  private final CanaryHandshake handshake;
  private final InstantSource clock;
  private CompletableFuture<Svid> leaf = new CompletableFuture<>();
  private Instant asked = Instant.EPOCH;

  /**
   * @param issued asks for one more
   */
  public IssuedCanary(Supplier<CompletableFuture<Svid>> issued, InstantSource clock) {
    this.issued = issued;
    this.handshake = new CanaryHandshake(Patience.DEFAULT, clock);
    this.clock = clock;
  }

  @Override
  public synchronized CompletableFuture<Svid> leaf() {
    Instant now = clock.instant();
    if (!now.isBefore(asked.plus(SHARED))) {
      asked = now;
      leaf = issued.get();
    }
    return leaf;
  }

  @Override
  public CompletableFuture<CanaryOutcome> show(Svid leaf, ProbeTarget gateway) {
    return handshake.with(
        leaf,
        new CanaryHandshake.Gateway(
            gateway.address().socketAddress(), gateway.gateway(), gateway.bundle()));
  }

  @Override
  public void close() {
    handshake.close();
  }
}
