package io.isthmus.control.enforcement;

import static io.isthmus.control.enforcement.Fleet.EAST;
import static io.isthmus.control.enforcement.Fleet.WEST;
import static io.isthmus.control.enforcement.Fleet.bundle;
import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.api.trust.TrustEnforcement.Reporter;
import io.isthmus.certs.BundleSet;
import io.isthmus.certs.TrustDomain;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EnforcementPublisherTest {
  private static final int PROXIES = 1_000;
  private static final int ROUNDS_A_SECOND = 2;
  private static final int SECONDS_BETWEEN_REPORTS = 20;

  private record Write(TrustDomain trustDomain, Reporter summary) {}

  private final Fleet fleet = new Fleet();
  private final List<Write> writes = new ArrayList<>();
  private boolean apiAnswers = true;
  private boolean reportedBefore;
  private Duration leafLifetime = Duration.ofHours(24);
  private final EnforcementPublisher publisher =
      new EnforcementPublisher(
          fleet.board,
          new EnforcementPublisher.Sources(
              () -> fleet.connected,
              () -> fleet.bundles,
              java.util.Map::of,
              domain -> reportedBefore,
              () -> leafLifetime,
              EnforcementPublisher.PROXIES_RETURN),
          (domain, summary) -> apiAnswers && writes.add(new Write(domain, summary)),
          fleet.clock);

  private void rounds(Duration time) {
    for (long i = 0; i < time.toSeconds() * ROUNDS_A_SECOND; i++) {
      fleet.pass(EnforcementPublisher.PERIOD);
      publisher.round();
    }
  }

  /** Each proxy reports every 20 s, not all at once; some are at the next sequence already. */
  private void seconds(int from, int count, int enforcingNext) throws Exception {
    for (int second = from; second < from + count; second++) {
      for (int proxy = 0; proxy < PROXIES; proxy++) {
        if (proxy % SECONDS_BETWEEN_REPORTS == second % SECONDS_BETWEEN_REPORTS) {
          int sequence = proxy < enforcingNext ? 2 : 1;
          fleet.send(fleet.report("web-" + proxy, bundle(WEST, sequence)));
        }
      }
      rounds(Duration.ofSeconds(1));
    }
  }

  @Test
  void whatIsTrueIsWrittenAgainInAQuarterOfAShortLeafsLife() throws Exception {
    leafLifetime = Duration.ofSeconds(20);
    fleet.connect("web-0");
    rounds(Duration.ofSeconds(10));
    writes.clear();
    rounds(Duration.ofSeconds(60));
    assertThat(writes).hasSizeBetween(11, 13);
  }

  @Test
  void aThousandProxiesAreNotAThousandWrites() throws Exception {
    for (int proxy = 0; proxy < PROXIES; proxy++) {
      fleet.connect("web-" + proxy);
    }
    seconds(0, 2 * SECONDS_BETWEEN_REPORTS, 0);
    assertThat(writes.getLast().summary().enforcing()).isEqualTo(PROXIES);
    assertThat(writes).as("while they came").hasSizeLessThanOrEqualTo(21);

    writes.clear();
    seconds(40, 120, 0);
    assertThat(writes).as("a minute each when nothing happens").hasSizeBetween(2, 3);

    writes.clear();
    fleet.bundles = BundleSet.of(bundle(WEST, 2));
    for (int enforcing = 0; enforcing <= PROXIES; enforcing += 50) {
      seconds(160 + enforcing / 50, 1, enforcing);
    }
    seconds(181, SECONDS_BETWEEN_REPORTS, PROXIES);
    assertThat(writes).as("41 s of a roll-out").hasSizeLessThanOrEqualTo(22);
    assertThat(writes.getLast().summary().sequence()).isEqualTo(2);
    rounds(Duration.ofSeconds(2));
    assertThat(writes.getLast().summary().enforcing()).isEqualTo(PROXIES);
  }

  @Test
  void newsWaitTwoSecondsAndTheRestAMinute() throws Exception {
    fleet.connect("web-1");
    publisher.round();
    assertThat(writes).hasSize(1);
    fleet.send(fleet.report("web-1", bundle(WEST, 1)));
    rounds(Duration.ofSeconds(1));
    assertThat(writes).hasSize(1);
    rounds(Duration.ofSeconds(1));
    assertThat(writes).hasSize(2);
    assertThat(writes.getLast().summary().enforcing()).isEqualTo(1);
    rounds(Duration.ofSeconds(59));
    assertThat(writes).hasSize(2);
    rounds(Duration.ofSeconds(1));
    assertThat(writes).hasSize(3);
  }

  @Test
  void aReplicaThatWasStartedSaysNothingBeforeItsProxiesHadTimeToComeBack() {
    reportedBefore = true;
    rounds(EnforcementPublisher.PROXIES_RETURN.minus(EnforcementPublisher.PERIOD));
    assertThat(writes).as("what an earlier process wrote stays as it was").isEmpty();
    fleet.connect("web-1");
    rounds(Duration.ofSeconds(1));
    assertThat(writes)
        .singleElement()
        .satisfies(write -> {
          assertThat(write.summary().verifiers()).isEqualTo(1);
          assertThat(write.summary().enforcing()).isZero();
        });
  }

  @Test
  void whereNobodyEverReportedNoProxyHasYetToComeBack() {
    publisher.round();
    assertThat(writes).hasSize(1);
    reportedBefore = true; // by this replica
    rounds(Duration.ofSeconds(61));
    assertThat(writes).hasSize(2);
  }

  @Test
  void eachTrustDomainHasItsOwnPace() {
    fleet.bundles = BundleSet.of(bundle(WEST, 1), bundle(EAST, 1));
    publisher.round();
    assertThat(writes)
        .extracting(Write::trustDomain)
        .containsExactlyInAnyOrder(WEST.trustDomain(), EAST.trustDomain());
    fleet.bundles = BundleSet.of(bundle(WEST, 1), bundle(EAST, 2));
    rounds(Duration.ofSeconds(2));
    assertThat(writes).hasSize(3);
    assertThat(writes.getLast().trustDomain()).isEqualTo(EAST.trustDomain());
  }

  @Test
  void whatCouldNotBeWrittenIsTriedAgainAtTheSamePace() {
    apiAnswers = false;
    rounds(Duration.ofSeconds(5));
    assertThat(writes).isEmpty();
    apiAnswers = true;
    rounds(Duration.ofSeconds(2));
    assertThat(writes).hasSize(1);
  }

  @Test
  void aRowOfThePageSaysWhatOneProxyEnforces() throws Exception {
    fleet.connect("web-1");
    fleet.connect("envoy-1");
    fleet.send(fleet.report("web-1", bundle(WEST, 7)));
    fleet.pass(Duration.ofSeconds(4));
    assertThat(publisher.page())
        .isEqualTo(
            """
            trust shop/envoy-1 reports nothing
            trust shop/web-1 enforces west.test=7, issuer 1111111111111111 until %s, refuses 0, reported 4 s ago
            """
                .formatted(fleet.now().plusSeconds(3_596)));
  }
}
