package io.isthmus.proxy.trust;

import io.grpc.MethodDescriptor;
import io.grpc.protobuf.lite.ProtoLiteUtils;
import io.isthmus.proxy.tls.LivePeers;
import io.isthmus.proxy.trust.Enforcement.InForce;
import isthmus.trust.v1alpha1.BundleInForce;
import isthmus.trust.v1alpha1.ConnectionsByAnchor;
import isthmus.trust.v1alpha1.IssuerAnnouncement;
import isthmus.trust.v1alpha1.RefusedGeneration;
import isthmus.trust.v1alpha1.TrustReport;
import java.time.Instant;
import java.util.Map;

/** The one method of {@code isthmus.trust.v1alpha1.TrustReports}, and its messages. */
final class TrustReports {
  static final MethodDescriptor<TrustReport, IssuerAnnouncement> REPORT =
      MethodDescriptor.<TrustReport, IssuerAnnouncement>newBuilder()
          .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
          .setFullMethodName(
              MethodDescriptor.generateFullMethodName(
                  "isthmus.trust.v1alpha1.TrustReports", "Report"))
          .setRequestMarshaller(ProtoLiteUtils.marshaller(TrustReport.getDefaultInstance()))
          .setResponseMarshaller(ProtoLiteUtils.marshaller(IssuerAnnouncement.getDefaultInstance()))
          .build();

  /** More are not told apart on the other side either. */
  private static final int MAX_ANCHORS = 64;

  private TrustReports() {}

  static TrustReport message(
      String pod, Enforcement enforcement, Map<LivePeers.Anchor, Integer> live, Instant now) {
    TrustReport.Builder report =
        TrustReport.newBuilder().setPod(pod).setClockMillis(now.toEpochMilli());
    enforcement.inForce().forEach(each -> report.addInForce(message(each)));
    enforcement.refused().forEach(each -> report.addRefused(message(each)));
    enforcement.leaf().ifPresent(leaf -> report.setLeaf(message(leaf)));
    live.entrySet().stream()
        .sorted(Map.Entry.<LivePeers.Anchor, Integer>comparingByValue().reversed())
        .limit(MAX_ANCHORS)
        .forEach(each ->
            report.addConnections(
                ConnectionsByAnchor.newBuilder()
                    .setAnchorSha256(each.getKey().sha256())
                    .setTrustDomain(each.getKey().trustDomain().name())
                    .setLive(each.getValue())));
    return report.build();
  }

  private static BundleInForce message(InForce inForce) {
    return BundleInForce.newBuilder()
        .setTrustDomain(inForce.trustDomain().name())
        .setSequence(inForce.sequence())
        .setDigest(inForce.digest())
        .setInForceSinceMillis(inForce.since().toEpochMilli())
        .build();
  }

  private static RefusedGeneration message(Refusal refusal) {
    return RefusedGeneration.newBuilder()
        .setTrustDomain(refusal.trustDomain().name())
        .setSequence(refusal.sequence())
        .setDigest(refusal.digest())
        .setReason(refusal.reason())
        .setSinceMillis(refusal.since().toEpochMilli())
        .build();
  }

  private static isthmus.trust.v1alpha1.Leaf message(Enforcement.Leaf leaf) {
    return isthmus.trust.v1alpha1.Leaf.newBuilder()
        .setIssuerSha256(leaf.issuer())
        .setAnchorSha256(leaf.anchor())
        .setNotAfterMillis(leaf.notAfter().toEpochMilli())
        .build();
  }
}
