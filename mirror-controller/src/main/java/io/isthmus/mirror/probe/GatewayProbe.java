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

  @Override
  void close();
}
