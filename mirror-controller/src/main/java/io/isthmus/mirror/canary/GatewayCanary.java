package io.isthmus.mirror.canary;

import io.isthmus.certs.Svid;
import io.isthmus.mirror.probe.ProbeTarget;
import io.isthmus.proxy.canary.CanaryOutcome;
import java.util.concurrent.CompletableFuture;

/** Leaves of the next issuer, and what gateways make of them. */
public interface GatewayCanary extends AutoCloseable {
  /** Completes within a few seconds; exceptionally with why there is none. */
  CompletableFuture<Svid> leaf();

  /** Both handshakes with one gateway. Always completes normally, within 20 s. */
  CompletableFuture<CanaryOutcome> show(Svid leaf, ProbeTarget gateway);

  @Override
  void close();
}
