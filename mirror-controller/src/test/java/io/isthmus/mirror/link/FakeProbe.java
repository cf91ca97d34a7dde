package io.isthmus.mirror.link;

import io.isthmus.mirror.plan.GatewayAddress;
import io.isthmus.mirror.probe.GatewayProbe;
import io.isthmus.mirror.probe.ProbeTarget;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Gateways that answer, or do not, as a test says. */
final class FakeProbe implements GatewayProbe {
  private final Set<String> alive = ConcurrentHashMap.newKeySet();

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

  @Override
  public void close() {}
}
