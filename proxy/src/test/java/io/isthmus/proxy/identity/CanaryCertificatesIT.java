package io.isthmus.proxy.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.testing.TestCa;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A canary from a control plane on loopback. */
final class CanaryCertificatesIT {
  private static final TestCa OLD = TestCa.create("west.test");
  private static final TestCa NEXT = TestCa.create("west.test");
  private static final InstantSource CLOCK = InstantSource.system();

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private FakeControlPlane control;

  @SuppressWarnings("NullAway.Init")
  private ControlPlaneConnector connector;

  @SuppressWarnings("NullAway.Init")
  private CanaryCertificates canaries;

  @BeforeEach
  void start() throws IOException {
    control = new FakeControlPlane(OLD, directory);
    control.certifies = OLD.id("isthmus-system", "isthmus-mirror-controller");
    control.issuer = NEXT;
    control.start();
    connector = new ControlPlaneConnector(control.address(), CLOCK);
    canaries = new CanaryCertificates(connector, control.certifies);
  }

  @AfterEach
  void stop() throws InterruptedException {
    connector.close();
    control.close();
  }

  @Test
  void asksForTheNextIssuersSignatureByAHeader() throws Exception {
    TrustBundle both =
        new TrustBundle(
            OLD.trustDomain(),
            2,
            TrustBundle.DEFAULT_REFRESH_HINT,
            List.of(OLD.root().certificate(), NEXT.root().certificate()));
    Files.write(directory.resolve("bundle.json"), both.toJwks());

    Svid canary = canaries.request().get(10, TimeUnit.SECONDS);

    assertThat(canary.id()).isEqualTo(control.certifies);
    assertThat(canary.chain().get(1)).isEqualTo(NEXT.issuer().certificate());
    assertThat(control.issuers).containsExactly("next");
  }

  @Test
  void canaryThatTheOwnBundleHasNoAnchorForIsRefusedAndTheReasonSaid() {
    assertThatThrownBy(() -> canaries.request().get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(NotCertifiedException.class)
        .hasMessageContaining("answer refused");
  }
}
