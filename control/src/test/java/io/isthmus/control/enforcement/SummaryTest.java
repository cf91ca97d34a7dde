package io.isthmus.control.enforcement;

import static io.isthmus.control.enforcement.Fleet.ANCHOR;
import static io.isthmus.control.enforcement.Fleet.EAST;
import static io.isthmus.control.enforcement.Fleet.ISSUER;
import static io.isthmus.control.enforcement.Fleet.WEST;
import static io.isthmus.control.enforcement.Fleet.bundle;
import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.api.trust.TrustEnforcement;
import io.isthmus.api.trust.TrustEnforcement.Reporter;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.TrustBundle;
import isthmus.trust.v1alpha1.ConnectionsByAnchor;
import isthmus.trust.v1alpha1.RefusedGeneration;
import isthmus.trust.v1alpha1.TrustReport;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SummaryTest {
  private final Fleet fleet = new Fleet();

  private Reporter west(long sequence) {
    return fleet.summary(bundle(WEST, sequence)).status();
  }

  @Test
  void countsWhoEnforcesExactlyTheGenerationThatIsHandedOut() throws Exception {
    fleet.connect("web-1");
    fleet.connect("web-2");
    fleet.send(fleet.report("web-1", bundle(WEST, 2)));
    fleet.send(fleet.report("web-2", bundle(WEST, 1)));
    fleet.pass(Duration.ofSeconds(42));
    Reporter status = west(2);
    assertThat(status.verifiers()).isEqualTo(2);
    assertThat(status.enforcing()).isEqualTo(1);
    assertThat(status.waitingFor()).containsExactly("shop/web-2 (sequence 1, 42 s ago)");
    assertThat(west(1).waitingFor()).containsExactly("shop/web-1 (sequence 2, 42 s ago)");
  }

  @Test
  void theSameSequenceWithOtherAnchorsIsNoAcknowledgement() throws Exception {
    fleet.connect("web-1");
    TrustReport.Builder report = fleet.report("web-1", bundle(WEST, 1));
    report.getInForceBuilder(0).setDigest("sha256:" + "0".repeat(64));
    fleet.send(report);
    assertThat(west(1).enforcing()).isZero();
  }

  @Test
  void whoReportsNothingHasAcknowledgedNothing() {
    fleet.connect("envoy-1");
    assertThat(west(1).verifiers()).isEqualTo(1);
    assertThat(west(1).enforcing()).isZero();
    assertThat(west(1).waitingFor()).containsExactly("shop/envoy-1 (reports nothing)");
    assertThat(west(1).silent()).as("before it had the time to report").isEmpty();
    fleet.pass(Duration.ofSeconds(10));
    assertThat(west(1).silent()).containsExactly("shop/envoy-1");
    assertThat(west(1).unreported()).isEqualTo(1);
  }

  @Test
  void whoIsLateOrRefusesIsNotSilent() throws Exception {
    fleet.connect("late");
    fleet.connect("gone-quiet");
    fleet.send(fleet.report("late", bundle(WEST, 1)));
    fleet.send(fleet.report("gone-quiet", bundle(WEST, 1)));
    fleet.endReports("gone-quiet");
    assertThat(west(2).waitingFor()).hasSize(2);
    assertThat(west(2).silent()).isEmpty();
  }

  @Test
  void namesAsManySilentProxiesAsMayBePassedOver() {
    for (int i = 0; i < 70; i++) {
      fleet.connect("envoy-%02d".formatted(i));
    }
    assertThat(west(1).silent()).as("before they had the time to report").isEmpty();
    fleet.pass(Duration.ofSeconds(10));
    assertThat(west(1).silent()).hasSize(Reporter.MAX_SILENT).startsWith("shop/envoy-00");
  }

  @Test
  void aStreamThatHasNotSubscribedYetIsOfAVerifierThatEnforcesNothing() throws Exception {
    fleet.connect("web-1");
    fleet.send(fleet.report("web-1", bundle(WEST, 1)));
    Reporter east = fleet.summary(bundle(EAST, 5)).status();
    assertThat(east.verifiers()).isEqualTo(1);
    assertThat(east.enforcing()).isZero();
  }

  @Test
  void onlyWhoFollowsABundleVerifiesItsTrustDomain() throws Exception {
    fleet.connect("web-1", "bundle/west.test", "bundle/east.test");
    fleet.connect("web-2", "bundle/west.test");
    fleet.send(fleet.report("web-1", bundle(WEST, 1), bundle(EAST, 5)));
    Reporter east = fleet.summary(bundle(EAST, 5)).status();
    assertThat(east.verifiers()).isEqualTo(1);
    assertThat(east.enforcing()).isEqualTo(1);
    assertThat(east.leavesByIssuer()).as("leaves are of the own trust domain").isEmpty();
    assertThat(west(1).verifiers()).isEqualTo(2);
  }

  @Test
  void aProxyWhoseReportsEndedIsUnknownUntilItsDiscoveryStreamHasGoneToo() throws Exception {
    fleet.connect("web-1");
    fleet.send(fleet.report("web-1", bundle(WEST, 1)));
    assertThat(west(1).enforcing()).isEqualTo(1);
    fleet.endReports("web-1");
    fleet.pass(Duration.ofSeconds(5));
    assertThat(west(1).enforcing()).isZero();
    assertThat(west(1).waitingFor()).containsExactly("shop/web-1 (sequence 1, unknown for 5 s)");
    fleet.disconnect("web-1");
    assertThat(west(1).verifiers()).isZero();
    fleet.connect("web-1");
    assertThat(west(1).waitingFor())
        .as("nothing is kept of who left")
        .containsExactly("shop/web-1 (reports nothing)");
  }

  @Test
  void aProxyThatConnectsAgainIsKnownByItsNewestStream() throws Exception {
    fleet.connect("web-1");
    EnforcementBoard.Stream former = fleet.board.open(WEST.id("shop", "web"), "web-1");
    former.received(ReportReader.read(fleet.report("web-1", bundle(WEST, 1)).build(), fleet.now()));
    fleet.send(fleet.report("web-1", bundle(WEST, 2)));
    former.ended();
    assertThat(west(2).enforcing()).isEqualTo(1);
  }

  @Test
  void anAcknowledgementThatIsNotRepeatedIsVoid() throws Exception {
    fleet.connect("web-1");
    fleet.send(fleet.report("web-1", bundle(WEST, 1)));
    fleet.pass(Duration.ofSeconds(71));
    assertThat(west(1).enforcing()).isZero();
  }

  @Test
  void sumsLeavesAndConnectionsAndFindsTheWorstClock() throws Exception {
    for (int i = 1; i <= 3; i++) {
      fleet.connect("web-" + i);
      TrustReport.Builder report = fleet.report("web-" + i, bundle(WEST, 1));
      report.setClockMillis(report.getClockMillis() - 1_000L * i);
      report.getLeafBuilder().setNotAfterMillis(fleet.now().plusSeconds(i).toEpochMilli());
      fleet.send(report);
    }
    Reporter status = west(1);
    assertThat(status.maxClockSkewMillis()).isEqualTo(3_000);
    assertThat(status.connectionsByAnchor())
        .containsExactly(new TrustEnforcement.ConnectionsByAnchor(ANCHOR, 9));
    assertThat(status.leavesByIssuer())
        .containsExactly(
            new TrustEnforcement.LeavesByIssuer(
                ISSUER, 3, fleet.now().plusSeconds(1).toString(), Fleet.ROOT));
  }

  @Test
  void showsTenOfManyAndHowManyMore() throws Exception {
    for (int i = 0; i < 25; i++) {
      String pod = "web-%02d".formatted(i);
      fleet.connect(pod);
      TrustReport.Builder report = fleet.report(pod, bundle(WEST, 1));
      report.addRefused(
          RefusedGeneration.newBuilder()
              .setTrustDomain("west.test")
              .setSequence(2)
              .setDigest(bundle(WEST, 2).digest())
              .setReason("own leaf would be\nlocked out"));
      fleet.send(report);
    }
    Reporter status = west(2);
    assertThat(status.waitingFor()).hasSize(11).endsWith("and 15 more");
    assertThat(status.refused())
        .hasSize(11)
        .startsWith("shop/web-00 sequence 2: own leaf would be?locked out")
        .endsWith("and 15 more");
  }

  @Test
  void agesAndCountsAreNoNews() throws Exception {
    fleet.connect("web-1");
    fleet.send(fleet.report("web-1", bundle(WEST, 1)));
    Summary before = fleet.summary(bundle(WEST, 2));
    fleet.pass(Duration.ofSeconds(20));
    TrustReport.Builder report = fleet.report("web-1", bundle(WEST, 1));
    report.setClockMillis(report.getClockMillis() - 300);
    report.getConnectionsBuilder(0).setLive(7);
    fleet.send(report);
    fleet.pass(Duration.ofSeconds(3));
    Summary after = fleet.summary(bundle(WEST, 2));
    assertThat(after.essence()).isEqualTo(before.essence());
    assertThat(after.status()).isNotEqualTo(before.status());
    report.clearConnections();
    fleet.send(report);
    assertThat(fleet.summary(bundle(WEST, 2)).essence())
        .as("that nothing stands on an anchor any more is news")
        .isNotEqualTo(before.essence());
  }

  @Test
  void whoHasNotWrittenForThreeMinutesIsSilent() throws Exception {
    fleet.connect("web-1");
    Reporter mine = west(1);
    TrustEnforcement one = new TrustEnforcement(Map.of("a", mine));
    assertThat(one.fresh(fleet.now().plusSeconds(179))).containsExactly(mine);
    assertThat(one.silent(fleet.now().plusSeconds(179))).isEmpty();
    assertThat(one.fresh(fleet.now().plusSeconds(180))).isEmpty();
    assertThat(one.silent(fleet.now().plusSeconds(180))).containsOnly(Map.entry("a", mine));
  }

  @Test
  void whoIsConnectedAndSaysNothingIsCountedAfterAMoment() throws Exception {
    fleet.connect("web-1");
    fleet.connect("envoy-1");
    assertThat(west(1).unreported()).as("a proxy reports when it has connected").isZero();
    fleet.pass(Duration.ofSeconds(10));
    fleet.send(fleet.report("web-1", bundle(WEST, 1)));
    assertThat(west(1).unreported()).isEqualTo(1);
    fleet.endReports("web-1");
    assertThat(west(1).unreported()).as("what was said is no evidence any more").isEqualTo(2);
    fleet.disconnect("envoy-1");
    assertThat(west(1).unreported()).isEqualTo(1);
    fleet.connect("envoy-1");
    assertThat(west(1).unreported()).as("connected anew").isEqualTo(1);
  }

  @Test
  void aLateReportLeavesAProxyUnreported() throws Exception {
    fleet.connect("web-1");
    fleet.send(fleet.report("web-1", bundle(WEST, 1)));
    assertThat(west(1).unreported()).isZero();
    fleet.pass(Duration.ofSeconds(71));
    assertThat(west(1).unreported()).isEqualTo(1);
  }

  @Test
  void inventedAnchorsAndIssuersDoNotTakeThePlaceOfKnownOnes() throws Exception {
    String old = Fingerprint.of(WEST.root().certificate());
    TrustBundle handedOut = bundle(WEST, 1);
    for (int proxy = 0; proxy < 20; proxy++) {
      fleet.connect("liar-" + proxy);
      TrustReport.Builder report = fleet.report("liar-" + proxy, handedOut);
      report.getLeafBuilder().setIssuerSha256("%064x".formatted(0x1000 + proxy));
      report.clearConnections();
      for (int i = 0; i < 64; i++) {
        report.addConnections(
            ConnectionsByAnchor.newBuilder()
                .setAnchorSha256("%064x".formatted(0x2000 + i))
                .setTrustDomain("west.test")
                .setLive(1_000_000));
      }
      fleet.send(report);
    }
    fleet.connect("web-1");
    TrustReport.Builder honest = fleet.report("web-1", handedOut);
    honest.getConnectionsBuilder(0).setAnchorSha256(old).setLive(1);
    fleet.send(honest);
    Reporter status = fleet.summary(handedOut).status();
    assertThat(status.connectionsByAnchor())
        .hasSize(64)
        .startsWith(new TrustEnforcement.ConnectionsByAnchor(old, 1));
    assertThat(status.leavesByIssuer()).hasSize(16);
    assertThat(status.leavesByIssuer().getFirst().sha256()).isEqualTo(ISSUER);
  }
}
