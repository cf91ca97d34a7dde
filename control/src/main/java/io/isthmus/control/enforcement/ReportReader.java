package io.isthmus.control.enforcement;

import io.grpc.Status;
import io.grpc.StatusException;
import io.isthmus.certs.InvalidSpiffeIdException;
import io.isthmus.certs.TrustDomain;
import io.isthmus.control.enforcement.Reported.Connections;
import io.isthmus.control.enforcement.Reported.Generation;
import io.isthmus.control.enforcement.Reported.Leaf;
import io.isthmus.control.enforcement.Reported.Refused;
import isthmus.trust.v1alpha1.BundleInForce;
import isthmus.trust.v1alpha1.ConnectionsByAnchor;
import isthmus.trust.v1alpha1.RefusedGeneration;
import isthmus.trust.v1alpha1.TrustReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Takes from a report what fits: a proxy is believed about itself, within bounds. */
final class ReportReader {
  private static final int MAX_ENTRIES = 64;
  private static final int MAX_REASON = 300;
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");
  private static final Duration MAX_SKEW = Duration.ofDays(36_500);

  private ReportReader() {}

  static Reported read(TrustReport report, Instant now) throws StatusException {
    bounded("in_force", report.getInForceCount());
    bounded("refused", report.getRefusedCount());
    bounded("connections", report.getConnectionsCount());
    Map<TrustDomain, Generation> inForce = new HashMap<>();
    for (BundleInForce each : report.getInForceList()) {
      inForce.put(
          trustDomain(each.getTrustDomain()), generation(each.getSequence(), each.getDigest()));
    }
    List<Refused> refused = new ArrayList<>();
    for (RefusedGeneration each : report.getRefusedList()) {
      refused.add(
          new Refused(
              trustDomain(each.getTrustDomain()),
              generation(each.getSequence(), each.getDigest()),
              plain(each.getReason())));
    }
    List<Connections> connections = new ArrayList<>();
    for (ConnectionsByAnchor each : report.getConnectionsList()) {
      connections.add(
          new Connections(
              trustDomain(each.getTrustDomain()),
              sha256("anchor_sha256", each.getAnchorSha256()),
              Math.max(0, each.getLive())));
    }
    return new Reported(inForce, refused, leaf(report), connections, now, skew(report, now));
  }

  private static Optional<Leaf> leaf(TrustReport report) throws StatusException {
    if (!report.hasLeaf()) {
      return Optional.empty();
    }
    isthmus.trust.v1alpha1.Leaf leaf = report.getLeaf();
    return leaf.getIssuerSha256().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Leaf(
                sha256("issuer_sha256", leaf.getIssuerSha256()),
                Instant.ofEpochMilli(leaf.getNotAfterMillis())));
  }

  private static Duration skew(TrustReport report, Instant now) throws StatusException {
    Duration skew = Duration.between(now, Instant.ofEpochMilli(report.getClockMillis()));
    if (skew.abs().compareTo(MAX_SKEW) > 0) {
      throw invalid("clock_millis", Long.toString(report.getClockMillis()), "a time of this age");
    }
    return skew;
  }

  private static Generation generation(long sequence, String digest) throws StatusException {
    if (!DIGEST.matcher(digest).matches()) {
      throw invalid("digest", digest, "sha256:<hex>");
    }
    return new Generation(sequence, digest);
  }

  private static String sha256(String field, String text) throws StatusException {
    if (!SHA256.matcher(text).matches()) {
      throw invalid(field, text, "64 hexadecimal digits");
    }
    return text;
  }

  private static TrustDomain trustDomain(String name) throws StatusException {
    try {
      return TrustDomain.of(name);
    } catch (InvalidSpiffeIdException e) {
      throw invalid("trust_domain", name, "the name of a trust domain");
    }
  }

  /** Goes into a status that people read in a terminal. */
  private static String plain(String reason) {
    String cut = reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON) + "...";
    return cut.replaceAll("\\p{Cntrl}", "?");
  }

  private static void bounded(String field, int count) throws StatusException {
    if (count > MAX_ENTRIES) {
      throw invalid(field, count + " entries", "at most " + MAX_ENTRIES);
    }
  }

  private static StatusException invalid(String field, String found, String expected) {
    return Status.INVALID_ARGUMENT
        .withDescription("%s is %s: expected %s".formatted(field, plain(found), expected))
        .asException();
  }
}
