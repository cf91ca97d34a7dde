package io.isthmus.mirror.link;

import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Svid;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.mirror.canary.GatewayCanary;
import io.isthmus.mirror.probe.ProbeTarget;
import io.isthmus.proxy.canary.CanaryOutcome;
import io.isthmus.proxy.canary.CanaryOutcome.Trusted;
import java.util.concurrent.CompletableFuture;

/** Gateways that believe every canary of an authority that is there for the test. */
final class FakeCanary implements GatewayCanary {
  private final TestCa next = TestCa.create("west.example");

  String issuer() {
    return Fingerprint.of(next.issuer().certificate());
  }

  @Override
  public CompletableFuture<Svid> leaf() {
    return CompletableFuture.completedFuture(
        next.svid("isthmus-system", "isthmus-mirror-controller"));
  }

  @Override
  public CompletableFuture<CanaryOutcome> show(Svid leaf, ProbeTarget gateway) {
    return CompletableFuture.completedFuture(new CanaryOutcome(new Trusted(), new Trusted()));
  }

  @Override
  public void close() {}
}
