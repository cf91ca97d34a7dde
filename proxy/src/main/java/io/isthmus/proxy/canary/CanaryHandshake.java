package io.isthmus.proxy.canary;

import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustBundle;
import io.isthmus.proxy.memory.MemoryBudget;
import io.isthmus.proxy.transport.Transport;
import io.isthmus.proxy.tunnel.TunnelSettings;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The canary's part: a connection of its own for each gateway, which is closed when both handshakes
 * have an outcome, so that nobody stands on the new issuer longer than that. Thread-safe.
 */
public final class CanaryHandshake implements AutoCloseable {
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

  private final EventLoopGroup loops = Transport.ofThisPlatform().eventLoops(1, "canaries");
  private final MemoryBudget budget = new MemoryBudget(MemoryBudget.DEFAULT_BYTES);
  private final Patience patience;
  private final InstantSource clock;

  /**
   * Whom a canary is shown to.
   *
   * @param id that must answer, exactly
   * @param bundle of the gateway's trust domain
   */
  public record Gateway(InetSocketAddress address, SpiffeId id, TrustBundle bundle) {}

  public CanaryHandshake(Patience patience, InstantSource clock) {
    this.patience = patience;
    this.clock = clock;
  }

  /**
   * Both handshakes with one gateway. Always completes normally, within 20 s. Takes a few
   * milliseconds: not on a loop.
   */
  public CompletableFuture<CanaryOutcome> with(Svid canary, Gateway gateway) {
    return new CanaryVisit(
            gateway, new CanaryVisit.Means(budget, SETTINGS, patience, clock, loops.next()))
        .begin(canary);
  }

  @Override
  public void close() {
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
