package io.isthmus.control.federation;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.api.Condition;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FreshnessRuleTest {
  private static final TrustBundle BUNDLE =
      new TrustBundle(TrustDomain.of("peer.test"), 7, Duration.ofSeconds(60), List.of());
  private static final FederatedDomain DOMAIN =
      new FederatedDomain(
          "peer",
          "uid",
          4,
          BUNDLE.trustDomain(),
          TrustDomainSpec.Endpoint.web("https://peer.test/", null),
          Optional.empty());

  private static Condition outage(Optional<TrustBundle> kept, Duration age) {
    return FreshnessRule.judge(
        DOMAIN, new Look.Failed(FetchFailure.UNREACHABLE, "no answer: refused", kept), age);
  }

  private static void assertSays(Condition condition, String status, String reason) {
    assertThat(condition.type()).isEqualTo("BundleFresh");
    assertThat(condition.status()).as(condition.message()).isEqualTo(status);
    assertThat(condition.reason()).isEqualTo(reason);
    assertThat(condition.observedGeneration()).isEqualTo(4);
    assertThat(condition.message()).contains("https://peer.test/");
  }

  @Test
  void goodLookIsFresh() {
    Condition condition = FreshnessRule.judge(DOMAIN, new Look.Good(BUNDLE), Duration.ofSeconds(1));
    assertSays(condition, "True", "Fetched");
    assertThat(condition.message()).contains("sequence 7", "peer.test", "60s");
  }

  @Test
  void outageIsBorneForThreeHints() {
    assertSays(outage(Optional.of(BUNDLE), Duration.ofSeconds(180)), "True", "FetchFailing");
    Condition stale = outage(Optional.of(BUNDLE), Duration.ofSeconds(181));
    assertSays(stale, "False", "Stale");
    assertThat(stale.message())
        .contains("no answer: refused", "sequence 7 stays in force", "180s", "let through");
  }

  @Test
  void whatIsSaidDoesNotChangeWhileNothingElseDoes() {
    assertThat(outage(Optional.of(BUNDLE), Duration.ofSeconds(181)))
        .isEqualTo(outage(Optional.of(BUNDLE), Duration.ofHours(5)));
  }

  @Test
  void refusalIsSaidAtOnce() {
    Condition condition =
        FreshnessRule.judge(
            DOMAIN,
            new Look.Failed(FetchFailure.SEQUENCE_CONFLICT, "serves another", Optional.of(BUNDLE)),
            Duration.ZERO);
    assertSays(condition, "False", "SequenceConflict");
    assertThat(condition.message()).contains("sequence 7 stays in force");
  }

  @Test
  void beforeTheFirstBundleTheCauseIsTheReason() {
    Condition condition = outage(Optional.empty(), Duration.ZERO);
    assertSays(condition, "False", "Unreachable");
    assertThat(condition.message()).contains("no bundle has been fetched yet");
  }

  @Test
  void reasonsAreOneWordInCamelCase() {
    for (FetchFailure failure : FetchFailure.values()) {
      assertThat(failure.word()).matches("([A-Z][a-z]+)+");
    }
  }
}
