package io.isthmus.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.api.Condition;
import io.isthmus.api.link.Link;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.api.trust.TrustEnforcement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrustReportTest {
  private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
  private final Statuses statuses = new Statuses(NOW);

  private TrustDomain west(TrustDomainStatus status) {
    return Statuses.domain("west", TrustDomainSpec.own("west.demo"), status);
  }

  private TrustDomain east(TrustEnforcement enforcement) {
    return Statuses.domain(
        "east", TrustDomainSpec.linked("east.demo", "east"), statuses.steady(3, enforcement));
  }

  private static Survey.View view(TrustDomain own, List<TrustDomain> others, Link... links) {
    List<TrustDomain> all = new java.util.ArrayList<>(others);
    all.add(own);
    return new Survey.View(own.getMetadata().getName(), "context x", own, all, List.of(links));
  }

  private TrustReport report(List<Survey.Unasked> unasked, Survey.View... views) {
    return TrustReport.of(List.of(views), unasked, NOW);
  }

  @Test
  void sameGenerationEverywhereIsSteady() {
    TrustReport report =
        report(
            List.of(),
            view(
                west(statuses.steady(7, statuses.enforced(7, 3))),
                List.of(east(statuses.enforced(3, 3))),
                Statuses.link("east", statuses.enforced(7, 2))));

    assertThat(report.wrong()).isEmpty();
    assertThat(new StatusText(report, NOW).text())
        .contains("west.demo      cluster west", "Steady", "Ready=True", "3 of 3", "2 of 2")
        .contains(Statuses.OLD_ROOT, "2036-11-24 (in 3650 d)", "3 of b1b1b1b1b1b1")
        .contains("4 on a1a1a1a1a1a1", "5 s ago")
        .endsWith("All is steady.\n");
  }

  @Test
  void rotationSaysItsPhaseSinceWhenAndWhatItWaitsFor() {
    TrustReport report =
        report(
            List.of(),
            view(
                west(
                    statuses.rotation(
                        "DualTrust",
                        "r1",
                        List.of("west/shop/pay-1 (sequence 6, 42 s ago)"),
                        statuses.enforced(7, 3, "shop/pay-1 (sequence 6, 42 s ago)"))),
                List.of()));

    assertThat(report.wrong())
        .containsExactly(
            "west.demo: rotation r1 of the root is in DualTrust since 2026-11-27T11:55:00Z (5 min ago)",
            "west.demo:   waits for west/shop/pay-1 (sequence 6, 42 s ago)",
            "west.demo: west/shop/pay-1 (sequence 6, 42 s ago)");
    assertThat(new StatusText(report, NOW).text()).contains("2 of 3", "Next");
  }

  @Test
  void clusterThatDoesNotReportIsNamedWithTheTimeOfItsLastWord() {
    TrustReport report =
        report(
            List.of(),
            view(
                west(statuses.steady(7, statuses.enforced(7, 3))),
                List.of(),
                Statuses.link("east", statuses.stale(7)),
                Statuses.link("north", new TrustEnforcement(Map.of()))));

    assertThat(report.wrong())
        .containsExactly(
            "west.demo: east has not reported since 2026-11-27T11:50:00Z (10 min ago)",
            "west.demo: north has not reported yet");
    assertThat(new StatusText(report, NOW).text()).contains("unknown", "never");
  }

  @Test
  void clusterThatHandsOutAnotherGenerationIsNamed() {
    TrustReport report =
        report(
            List.of(),
            view(
                west(statuses.steady(7, statuses.enforced(7, 3))),
                List.of(),
                Statuses.link("east", statuses.enforced(6, 2))));

    assertThat(report.wrong()).containsExactly("west.demo: east hands out sequence 6, expected 7");
  }

  /** Each publishes its own bundle, and its sequences say nothing to the others. */
  @Test
  void clustersThatShareATrustDomainAreComparedByDigest() {
    TrustDomain east =
        Statuses.domain(
            "east", TrustDomainSpec.own("west.demo"), statuses.steady(3, statuses.enforced(3, 2)));
    TrustEnforcement same = Statuses.withDigest(statuses.enforced(3, 2), Statuses.digest(7));
    TrustReport steady =
        report(
            List.of(),
            view(
                west(statuses.steady(7, statuses.enforced(7, 3))),
                List.of(),
                Statuses.link("east", "west.demo", same)));
    TrustReport differs =
        report(
            List.of(),
            view(
                west(statuses.steady(7, statuses.enforced(7, 3))),
                List.of(),
                Statuses.link("east", "west.demo", same)),
            view(east, List.of()));

    assertThat(steady.wrong()).isEmpty();
    assertThat(differs.trustDomains())
        .extracting(TrustReport.Domain::source)
        .containsExactly("cluster east", "cluster west");
    assertThat(differs.wrong())
        .containsExactly(
            "west.demo: west hands out 070707070707, expected 030303030303",
            "west.demo: east hands out 030303030303, expected 070707070707");
  }

  @Test
  void clusterThatWasAskedSpeaksForItself() {
    TrustDomain westInEast =
        Statuses.domain(
            "west",
            TrustDomainSpec.linked("west.demo", "west"),
            statuses.steady(7, statuses.enforced(7, 9)));
    TrustDomain east =
        Statuses.domain(
            "east", TrustDomainSpec.own("east.demo"), statuses.steady(3, statuses.enforced(3, 9)));
    TrustReport report =
        report(
            List.of(),
            view(
                west(statuses.steady(7, statuses.enforced(7, 3))),
                List.of(east(statuses.enforced(3, 3))),
                Statuses.link("east", statuses.stale(6))),
            view(east, List.of(westInEast)));

    assertThat(report.wrong()).isEmpty();
    assertThat(report.trustDomains())
        .extracting(TrustReport.Domain::source)
        .containsExactly("cluster east", "cluster west");
    assertThat(report.trustDomains().getLast().enforcedBy())
        .extracting(Enforced::verifiers)
        .containsExactly(9, 3);
  }

  @Test
  void whatCouldNotBeAskedAndWhatHasExpiredIsWrong() {
    TrustDomainStatus steady = statuses.steady(7, statuses.enforced(7, 3));
    TrustDomainStatus expired =
        new TrustDomainStatus(
            steady.phase(),
            steady.bundle(),
            steady.anchors(),
            new TrustDomainStatus.IssuerStatus(Statuses.OLD_ISSUER, "2026-11-27T11:00:00Z"),
            null,
            List.of(Statuses.condition(TrustDomainStatus.BUNDLE_FRESH, Condition.FALSE)),
            steady.enforcement());
    TrustReport report =
        report(
            List.of(new Survey.Unasked("north", "Link isthmus-system/north of west", "because")),
            view(west(expired), List.of()));

    assertThat(report.wrong())
        .containsExactly(
            "west.demo: the issuer b1b1b1b1b1b1 has expired at 2026-11-27T11:00:00Z",
            "west.demo: BundleFresh is False (Because): the message",
            "north was not asked (Link isthmus-system/north of west): because");
  }
}
