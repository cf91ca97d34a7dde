package io.isthmus.cli.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.isthmus.api.Condition;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.api.trust.TrustEnforcement.LeavesByIssuer;
import io.isthmus.api.trust.TrustEnforcement.Reporter;
import io.isthmus.certs.BundleFormatException;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.TrustBundle;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Layer 5: who issues, what is trusted, and whether what is handed out is in force. */
final class TrustChecks {
  private final ClusterFacts facts;
  private final Instant now;

  private TrustChecks(ClusterFacts facts, Instant now) {
    this.facts = facts;
    this.now = now;
  }

  static void look(ClusterFacts facts, List<Link> links, Instant now, Sheet sheet) {
    TrustChecks checks = new TrustChecks(facts, now);
    List<Reading<?>> domains = List.of(facts.mesh().domains());
    sheet.check(Check.TRUST_READY, domains, checks::notReady);
    sheet.check(Check.TRUST_EXPIRED, domains, checks::expired);
    sheet.check(
        Check.TRUST_EXPIRING,
        domains,
        () -> checks.ifTrue(TrustDomainStatus.EXPIRING, "see docs/rotation.md"));
    sheet.check(
        Check.ROTATION_HELD,
        domains,
        () -> checks.ifTrue(TrustDomainStatus.HELD, "isthmus trust status says what it waits for"));
    sheet.check(Check.TRUST_REFUSED, domains, checks::refused);
    sheet.check(Check.NOT_ENFORCED, domains, checks::notEnforced);
    sheet.check(
        Check.TRUST_LINK,
        List.of(facts.mesh().links()),
        () ->
            LinkChecks.notTrue(
                facts,
                links,
                LinkStatus.TRUST_ESTABLISHED,
                Check.TRUST_LINK,
                "without the peer's bundle nothing of it is believed"));
    sheet.check(
        Check.HANDSHAKE,
        List.of(facts.mesh().links()),
        () -> links.stream().flatMap(link -> PathChecks.handshakes(facts, link).stream()).toList());
  }

  private List<TrustDomain> domains() {
    return facts.mesh().domains().get().stream()
        .filter(domain -> domain.getSpec() != null)
        .toList();
  }

  private static String name(TrustDomain domain) {
    return "TrustDomain " + domain.getMetadata().getName();
  }

  private static Optional<TrustDomainStatus> status(TrustDomain domain) {
    return Optional.ofNullable(domain.getStatus());
  }

  private List<Problem> notReady() {
    return conditions(
        TrustDomainStatus.READY,
        Condition.FALSE,
        Severity.FATAL,
        "see docs/rotation.md, and the control plane's log");
  }

  private List<Problem> ifTrue(String type, String next) {
    return conditions(type, Condition.TRUE, Severity.WARNING, next);
  }

  private List<Problem> conditions(String type, String bad, Severity severity, String next) {
    List<Problem> found = new ArrayList<>();
    for (TrustDomain domain : domains()) {
      status(domain)
          .flatMap(status -> Condition.find(status.conditions(), type))
          .filter(condition -> condition.status().equals(bad))
          .ifPresent(condition ->
              found.add(
                  new Problem(
                      severity,
                      name(domain),
                      "%s is %s (%s): %s"
                          .formatted(
                              type, condition.status(), condition.reason(), condition.message()),
                      next)));
    }
    return found;
  }

  private List<Problem> expired() {
    List<Problem> found = new ArrayList<>();
    for (TrustDomain domain : domains()) {
      status(domain)
          .ifPresent(status -> {
            // one that retires beside another may have ended
            if (!status.anchors().isEmpty()
                && status.anchors().stream().allMatch(anchor -> isOver(anchor.notAfter()))) {
              found.add(ended(domain, "every anchor", status.anchors().getLast().notAfter()));
            }
            if (status.issuer() != null && isOver(status.issuer().notAfter())) {
              found.add(
                  ended(
                      domain,
                      "the issuer " + Fingerprint.shown(status.issuer().sha256()),
                      status.issuer().notAfter()));
            }
            reporters(domain).stream()
                .flatMap(reporter ->
                    reporter.leavesByIssuer().stream()
                        .filter(leaves -> isOver(leaves.earliestNotAfter()))
                        .filter(leaves -> isLastWord(reporter, leaves, domain)))
                .forEach(leaves ->
                    found.add(
                        ended(
                            domain,
                            "a leaf of the issuer " + Fingerprint.shown(leaves.sha256()),
                            leaves.earliestNotAfter())));
          });
    }
    return found;
  }

  /**
   * A replica that saw a leaf before its end may be gone, and the proxy be renewed by another: that
   * counts as long as no other replica has said anything since the end.
   */
  private boolean isLastWord(Reporter reporter, LeavesByIssuer leaves, TrustDomain domain) {
    String end = leaves.earliestNotAfter();
    return isAfter(reporter.observedAt(), end)
        || reporters(domain).stream().noneMatch(other -> isAfter(other.observedAt(), end));
  }

  private static boolean isAfter(String time, String other) {
    return Instant.parse(time).isAfter(Instant.parse(other));
  }

  private Problem ended(TrustDomain domain, String what, String at) {
    return new Problem(
        Severity.FATAL,
        name(domain),
        "%s has expired at %s".formatted(what, at),
        "see why it was not replaced: isthmus trust status, and the control plane's log");
  }

  private boolean isOver(String time) {
    try {
      return !Instant.parse(time).isAfter(now);
    } catch (DateTimeException e) {
      return false;
    }
  }

  private List<Reporter> reporters(TrustDomain domain) {
    return status(domain)
        .flatMap(status -> Optional.ofNullable(status.enforcement()))
        .map(enforcement -> enforcement.fresh(now))
        .orElse(List.of());
  }

  private List<Problem> refused() {
    List<Problem> found = new ArrayList<>();
    for (TrustDomain domain : domains()) {
      for (Reporter reporter : reporters(domain)) {
        reporter
            .refused()
            .forEach(line ->
                found.add(
                    new Problem(
                        Severity.FATAL,
                        name(domain),
                        "a proxy refuses the bundle that is handed out: " + line,
                        "see docs/trust-status.md, on generations that a proxy refuses")));
      }
    }
    return found;
  }

  private List<Problem> notEnforced() {
    List<Problem> found = new ArrayList<>();
    for (TrustDomain domain : domains()) {
      for (Reporter reporter : reporters(domain)) {
        if (!reporter.waitingFor().isEmpty()) {
          found.add(
              new Problem(
                  Severity.WARNING,
                  name(domain),
                  "%d of %d proxies enforce sequence %d; not: %s"
                      .formatted(
                          reporter.enforcing(),
                          reporter.verifiers(),
                          reporter.sequence(),
                          String.join("; ", reporter.waitingFor())),
                  "isthmus check pod <namespace>/<name> for each"));
        }
      }
      status(domain)
          .flatMap(status -> Optional.ofNullable(status.enforcement()))
          .map(enforcement -> enforcement.silent(now))
          .orElse(Map.of())
          .forEach((replica, last) ->
              found.add(
                  new Problem(
                      Severity.WARNING,
                      name(domain),
                      "the control plane's replica %s has been silent since %s"
                          .formatted(replica, last.observedAt()),
                      "see that it runs; its entry goes when its Pod has been gone for a minute")));
    }
    return found;
  }

  // Between two clusters

  static void between(ClusterFacts here, ClusterFacts peer, Link link, Sheet sheet) {
    List<Reading<?>> needs = List.of(here.mesh().peerBundles(), peer.mesh().ownBundle());
    sheet.check(Check.ANCHOR_MISSING, needs, () -> compare(here, peer, link, TrustChecks::anchors));
    sheet.check(Check.TRUST_BEHIND, needs, () -> compare(here, peer, link, TrustChecks::behind));
  }

  private interface Comparison {
    List<Problem> of(TrustBundle copy, TrustBundle theirs, String object, ClusterFacts peer);
  }

  private static List<Problem> compare(
      ClusterFacts here, ClusterFacts peer, Link link, Comparison comparison) {
    String name = ObjectNames.peerTrustBundle(link.getMetadata().getName());
    String object = "ConfigMap %s/%s".formatted(here.namespace(), name);
    Optional<ConfigMap> copy =
        here.mesh().peerBundles().get().stream()
            .filter(map -> name.equals(map.getMetadata().getName()))
            .findFirst();
    if (copy.isEmpty() || peer.mesh().ownBundle().get().isEmpty()) {
      return List.of(); // trust.link says that there is none yet, and why
    }
    try {
      return comparison.of(
          parse(copy.get(), link), parse(peer.mesh().ownBundle().get().get(), link), object, peer);
    } catch (BundleFormatException | IllegalArgumentException e) {
      return List.of(
          new Problem(
              Severity.FATAL,
              object,
              "it, or that of %s, cannot be read: %s".formatted(peer.cluster(), e.getMessage()),
              "see who wrote it"));
    }
  }

  private static TrustBundle parse(ConfigMap map, Link link) throws BundleFormatException {
    String jwks =
        Objects.requireNonNullElse(map.getData(), Map.<String, String>of())
            .getOrDefault(ObjectNames.BUNDLE_JWKS_KEY, "");
    return TrustBundle.parseJwks(
        io.isthmus.certs.TrustDomain.of(link.getSpec().trustDomain()), jwks.getBytes(UTF_8));
  }

  private static List<Problem> anchors(
      TrustBundle copy, TrustBundle theirs, String object, ClusterFacts peer) {
    return theirs.anchors().stream()
        .filter(anchor -> !copy.anchors().contains(anchor))
        .map(anchor ->
            new Problem(
                Severity.FATAL,
                object,
                "it lacks the anchor %s (%s) that %s has: certificates under it are refused here"
                    .formatted(
                        Fingerprint.of(anchor),
                        anchor.getSubjectX500Principal().getName(),
                        peer.cluster()),
                "the mirror controller follows it: see TrustEstablished of the Link, and its log"))
        .toList();
  }

  private static List<Problem> behind(
      TrustBundle copy, TrustBundle theirs, String object, ClusterFacts peer) {
    return copy.sequence() >= theirs.sequence()
        ? List.of()
        : List.of(
            new Problem(
                Severity.WARNING,
                object,
                "it has sequence %d, and %s publishes %d"
                    .formatted(copy.sequence(), peer.cluster(), theirs.sequence()),
                "it should follow within seconds: see Connected and TrustEstablished of the Link"));
  }
}
