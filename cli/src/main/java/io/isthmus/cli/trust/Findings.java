package io.isthmus.cli.trust;

import io.isthmus.api.Condition;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.api.trust.TrustDomainStatus.Anchor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What is not as it should be in a report, one line each, with the object that it is about. */
final class Findings {
  private static final Set<String> BAD_WHEN_TRUE = Set.of(TrustDomainStatus.HELD, "Expiring");

  /** Said otherwise already, with more. */
  private static final Set<String> PROGRESS = Set.of(TrustDomainStatus.HELD, "Rotating");

  private Findings() {}

  static List<String> of(
      List<TrustReport.Domain> domains, List<Survey.Unasked> unasked, Instant now) {
    List<String> found = new ArrayList<>();
    for (TrustReport.Domain domain : domains) {
      rotation(domain, now, found);
      lifetimes(domain, now, found);
      conditions(domain, found);
      if (domain.bundle() == null) {
        found.add(domain.trustDomain() + ": no bundle of it is handed out");
      }
      for (Enforced enforced : domain.enforcedBy()) {
        enforced.behind(domain.published(), now).stream()
            .map(line -> domain.trustDomain() + ": " + line)
            .forEach(found::add);
      }
    }
    unasked.forEach(each ->
        found.add("%s was not asked (%s): %s".formatted(each.cluster(), each.by(), each.why())));
    return found;
  }

  private static void rotation(TrustReport.Domain domain, Instant now, List<String> found) {
    if (domain.rotates() && domain.rotation() != null) {
      found.add(
          "%s: rotation %s of the %s is in %s since %s (%s)"
              .formatted(
                  domain.trustDomain(),
                  domain.rotation().id(),
                  domain.rotation().of().toLowerCase(java.util.Locale.ROOT),
                  domain.phase(),
                  Words.second(domain.rotation().since()),
                  Words.ago(domain.rotation().since(), now)));
      domain
          .rotation()
          .waitingFor()
          .forEach(line -> found.add("%s:   waits for %s".formatted(domain.trustDomain(), line)));
    }
  }

  private static void lifetimes(TrustReport.Domain domain, Instant now, List<String> found) {
    for (Anchor anchor : domain.anchors()) {
      if (Words.isOver(anchor.notAfter(), now)) {
        found.add(expired(domain, "anchor", anchor.sha256(), anchor.notAfter()));
      }
    }
    if (domain.issuer() != null && Words.isOver(domain.issuer().notAfter(), now)) {
      found.add(expired(domain, "issuer", domain.issuer().sha256(), domain.issuer().notAfter()));
    }
    for (Enforced enforced : domain.enforcedBy()) {
      enforced.leaves().stream()
          .filter(leaves -> Words.isOver(leaves.earliestNotAfter(), now))
          .forEach(leaves ->
              found.add(
                  "%s: a leaf of the issuer %s in %s has expired at %s"
                      .formatted(
                          domain.trustDomain(),
                          Words.digest(leaves.issuer()),
                          enforced.cluster(),
                          leaves.earliestNotAfter())));
    }
  }

  private static String expired(
      TrustReport.Domain domain, String what, String sha256, String notAfter) {
    return "%s: the %s %s has expired at %s"
        .formatted(domain.trustDomain(), what, Words.digest(sha256), notAfter);
  }

  private static void conditions(TrustReport.Domain domain, List<String> found) {
    for (Condition condition : domain.conditions()) {
      boolean isBad =
          BAD_WHEN_TRUE.contains(condition.type())
              ? condition.status().equals(Condition.TRUE)
              : condition.status().equals(Condition.FALSE);
      if (isBad && !PROGRESS.contains(condition.type())) {
        found.add(
            "%s: %s is %s (%s): %s"
                .formatted(
                    domain.trustDomain(),
                    condition.type(),
                    condition.status(),
                    condition.reason(),
                    condition.message()));
      }
    }
  }
}
