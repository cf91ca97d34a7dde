package io.isthmus.control.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.api.Condition;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.certs.testing.TestCa;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said only of the trust domain that this cluster issues for. */
final class OwnTrustStatusTest {
  private static final TestCa EAST = TestCa.create("east.test");
  private static final Condition IN_FORCE = ready(Condition.TRUE, "BundleInForce", "sequence 7");
  private static final Condition HELD = ready(Condition.FALSE, "BundleHeld", "sequence 6 after 7");

  private static Condition ready(String status, String reason, String message) {
    return new Condition(TrustDomainStatus.READY, status, reason, message, 3L, null);
  }

  private static OwnTrustStatus status(Optional<OwnTrustStatus.Problem> problem) {
    return SteadyTrust.of(EAST, problem);
  }

  @Test
  void goodAuthorityLeavesItAsItIs() {
    assertThat(status(Optional.empty()).ready(IN_FORCE)).isEqualTo(IN_FORCE);
  }

  @Test
  void refusedIssuerIsNotReadyAndSaysWhy() {
    assertThat(
            status(
                    Optional.of(
                        new OwnTrustStatus.Problem("IssuerRefused", "it is no CA: expected more")))
                .ready(IN_FORCE))
        .isEqualTo(ready(Condition.FALSE, "IssuerRefused", "it is no CA: expected more"));
  }

  @Test
  void whatIsWrongWithTheBundleComesFirst() {
    assertThat(
            status(Optional.of(new OwnTrustStatus.Problem("IssuerRefused", "it is no CA")))
                .ready(HELD))
        .isEqualTo(HELD);
  }
}
