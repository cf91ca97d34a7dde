package io.isthmus.mirror.link;

import io.isthmus.api.link.GatewayAddress;
import io.isthmus.mirror.probe.GatewayProbe;
import io.isthmus.mirror.probe.PathReport;
import io.isthmus.mirror.probe.ProbeTarget;
import io.isthmus.proxy.tunnel.Opening;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Gateways that answer, or do not, as a test says. */
final class FakeProbe implements GatewayProbe {
  private final Set<String> alive = ConcurrentHashMap.newKeySet();
  private final Set<String> lossy = ConcurrentHashMap.newKeySet();

  void loseLargePackets(String ip) {
    lossy.add(ip);
  }

  void up(String ip) {
    alive.add(ip);
  }

  void down(String ip) {
    alive.remove(ip);
  }

  @Override
  public CompletableFuture<Duration> probe(ProbeTarget target) {
    GatewayAddress address = target.address();
    return alive.contains(address.ip())
        ? CompletableFuture.completedFuture(Duration.ofMillis(3))
        : CompletableFuture.failedFuture(new IOException("connection refused"));
  }

  /** Of those that answer. */
  @Override
  public CompletableFuture<PathReport> measure(ProbeTarget target) {
    boolean isLossy = lossy.contains(target.address().ip());
    return probe(target)
        .thenApply(rtt ->
            new PathReport(
                Optional.of(new Opening(rtt, rtt, OptionalInt.of(1_500))),
                isLossy ? 1_472 : 9_000,
                isLossy ? Optional.of("3000 bytes do not come back") : Optional.empty()));
  }

  @Override
  public void close() {}
}
