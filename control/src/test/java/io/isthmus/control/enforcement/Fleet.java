package io.isthmus.control.enforcement;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.control.serving.Verifier;
import io.isthmus.control.state.ProxyNode;
import isthmus.trust.v1alpha1.BundleInForce;
import isthmus.trust.v1alpha1.ConnectionsByAnchor;
import isthmus.trust.v1alpha1.Leaf;
import isthmus.trust.v1alpha1.TrustReport;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Proxies of one cluster, their streams, and the time they all live in. */
final class Fleet {
  static final TestCa WEST = TestCa.create("west.test");
  static final TestCa EAST = TestCa.create("east.test");
  static final String ISSUER = "1".repeat(64);
  static final String ANCHOR = "a".repeat(64);

  private Instant now = Instant.parse("2030-01-01T00:00:00Z");
  final InstantSource clock = () -> now;
  final EnforcementBoard board = new EnforcementBoard(clock);
  final List<Verifier> connected = new ArrayList<>();

  /** That {@code ISSUER} stands on. */
  static final String ROOT = "7".repeat(64);

  BundleSet bundles = BundleSet.of(bundle(WEST, 1));
  private final Map<String, EnforcementBoard.Stream> streams = new HashMap<>();

  static TrustBundle bundle(TestCa ca, long sequence) {
    return new TrustBundle(
        ca.trustDomain(),
        sequence,
        TrustBundle.DEFAULT_REFRESH_HINT,
        List.of(ca.root().certificate()));
  }

  Instant now() {
    return now;
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  /** A sidecar whose discovery stream is open. */
  Verifier connect(String pod, String... secrets) {
    SpiffeId id = WEST.id("shop", "web");
    Verifier verifier =
        new Verifier(new ProxyNode.Sidecar(id, "shop", pod, "10.0.0.1"), Set.of(secrets));
    connected.add(verifier);
    return verifier;
  }

  void disconnect(String pod) {
    connected.removeIf(verifier -> verifier.node().pod().equals(pod));
  }

  /** That these bundles are enforced, with a leaf and one connection. */
  TrustReport.Builder report(String pod, TrustBundle... enforced) {
    TrustReport.Builder report =
        TrustReport.newBuilder()
            .setPod(pod)
            .setClockMillis(now.toEpochMilli())
            .setLeaf(
                Leaf.newBuilder()
                    .setIssuerSha256(ISSUER)
                    .setAnchorSha256(ANCHOR)
                    .setNotAfterMillis(now.plusSeconds(3600).toEpochMilli()))
            .addConnections(
                ConnectionsByAnchor.newBuilder()
                    .setAnchorSha256(ANCHOR)
                    .setTrustDomain("west.test")
                    .setLive(3));
    for (TrustBundle bundle : enforced) {
      report.addInForce(
          BundleInForce.newBuilder()
              .setTrustDomain(bundle.trustDomain().name())
              .setSequence(bundle.sequence())
              .setDigest(bundle.digest())
              .setInForceSinceMillis(now.toEpochMilli()));
    }
    return report;
  }

  void send(TrustReport.Builder report) throws Exception {
    streams
        .computeIfAbsent(report.getPod(), pod -> board.open(WEST.id("shop", "web"), pod))
        .received(ReportReader.read(report.build(), now));
  }

  void endReports(String pod) {
    Objects.requireNonNull(streams.remove(pod)).ended();
  }

  Summary summary(TrustBundle handedOut) {
    return Summary.of(handedOut, board.rows(connected), Map.of(ISSUER, ROOT), now);
  }
}
