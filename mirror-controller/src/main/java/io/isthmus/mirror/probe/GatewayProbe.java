package io.isthmus.mirror.probe;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Asks a gateway, through the data path, whether it takes this cluster's traffic. */
public interface GatewayProbe extends AutoCloseable {
  /**
   * Completes with the round-trip time of a CONNECT on an established connection, or exceptionally
   * with what failed. Always completes, within a few seconds.
   */
  CompletableFuture<Duration> probe(ProbeTarget target);

  /**
   * Completes with what connections made for it show of the path, or exceptionally when there is
   * none to the gateway. Always completes, within half a minute. Slower than a probe, and sends
   * some 15 kB.
   */
  CompletableFuture<PathReport> measure(ProbeTarget target);

  @Override
  void close();
}
