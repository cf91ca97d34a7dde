package io.isthmus.api.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.isthmus.api.trust.TrustEnforcement.Reporter;
import org.junit.jupiter.api.Test;

final class TrustEnforcementTest {
  private static Reporter read(String unreported) {
    return Serialization.unmarshal(
        """
        {"sequence": 7, "digest": "sha256:ab", "verifiers": 3, "enforcing": 3, %s
         "maxClockSkewMillis": 0, "observedAt": "2026-01-01T00:00:00Z"}
        """
            .formatted(unreported),
        Reporter.class);
  }

  @Test
  void reportThatDoesNotSayWhoIsSilentSaysThatNobodyIsKnown() {
    assertThat(read("").unreported()).as("of a cluster with older CRDs").isEqualTo(3);
    assertThat(read("\"unreported\": null,").unreported()).isEqualTo(3);
    assertThat(read("\"unreported\": -1,").unreported()).isEqualTo(3);
    assertThat(read("\"unreported\": 0,").unreported()).isZero();
  }

  @Test
  void whatIsReadIsWrittenAgainForWhoFollowsIt() {
    assertThat(Serialization.asJson(read(""))).contains("\"unreported\":3");
  }
}
