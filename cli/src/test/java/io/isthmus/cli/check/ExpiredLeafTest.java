package io.isthmus.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.api.trust.TrustEnforcement;
import io.isthmus.api.trust.TrustEnforcement.LeavesByIssuer;
import io.isthmus.api.trust.TrustEnforcement.Reporter;
import io.isthmus.cli.trust.Statuses;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What replicas of the control plane said of a leaf, before its end and after. */
final class ExpiredLeafTest {
  private static final Instant NOW = TestCluster.NOW;
  private static final Instant END = NOW.minusSeconds(60);

  private static Reporter reporter(Instant observed, Instant leafEnd) {
    return new Reporter(
        7,
        "d",
        3,
        3,
        0,
        List.of(),
        List.of(),
        List.of(),
        List.of(new LeavesByIssuer(Statuses.OLD_ISSUER, 3, leafEnd.toString(), "")),
        List.of(),
        0,
        observed.toString());
  }

  private static List<String> failed(Map<String, Reporter> reporters) {
    TestCluster west = new TestCluster("west", "east");
    TrustDomainStatus steady = new Statuses(NOW).steady(7, new TrustEnforcement(reporters));
    west.domains.set(0, TestCluster.domain("west", TrustDomainSpec.own("west.demo"), steady));
    Clusters clusters =
        Clusters.of(List.of(west.facts(), new TestCluster("east", "west").facts()), List.of());
    return Report.of(clusters, Optional.empty(), NOW, 0).results().stream()
        .filter(result -> result.outcome() == Result.Outcome.FAILED)
        .map(Result::id)
        .toList();
  }

  @Test
  void leafThatWasSeenAfterItsEndHasExpired() {
    assertThat(failed(Map.of("one", reporter(END.plusSeconds(10), END))))
        .containsExactly(Check.TRUST_EXPIRED.id());
  }

  @Test
  void leafThatNobodyHasSeenSinceItsEndHasExpired() {
    assertThat(
            failed(
                Map.of(
                    "one", reporter(END.minusSeconds(20), END),
                    "two", reporter(END.minusSeconds(10), END.plusSeconds(3600)))))
        .containsExactly(Check.TRUST_EXPIRED.id());
  }

  @Test
  void leafOfBeforeAnotherReplicasReportCountsNoMore() {
    assertThat(
            failed(
                Map.of(
                    "gone", reporter(END.minusSeconds(20), END),
                    "fresh", reporter(NOW.minusSeconds(5), NOW.plusSeconds(3600)))))
        .isEmpty();
  }
}
