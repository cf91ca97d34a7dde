package io.isthmus.cli.trust;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.isthmus.api.Condition;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.api.trust.TrustDomainStatus.Anchor;
import io.isthmus.api.trust.TrustDomainStatus.BundleStatus;
import io.isthmus.api.trust.TrustDomainStatus.IssuerStatus;
import io.isthmus.api.trust.TrustDomainStatus.RotationStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of trust in the clusters that were asked, as {@code -o json} prints it.
 *
 * @param wrong what is not as it should be, one line each; empty where all is steady
 */
record TrustReport(List<Domain> trustDomains, List<Survey.Unasked> notAsked, List<String> wrong) {

  TrustReport {
    trustDomains = List.copyOf(trustDomains);
    notAsked = List.copyOf(notAsked);
    wrong = List.copyOf(wrong);
  }

  /**
   * @param source the cluster that issues for it and was asked, or how others know of it
   * @param shared whether several clusters issue for it; there is one entry of each that was asked
   * @param enforcedBy one entry for each cluster that verifies its members
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Domain(
      String trustDomain,
      String source,
      boolean shared,
      @Nullable String phase,
      @Nullable BundleStatus bundle,
      List<Anchor> anchors,
      @Nullable IssuerStatus issuer,
      @Nullable RotationStatus rotation,
      List<String> revoked,
      List<Condition> conditions,
      List<Enforced> enforcedBy) {

    boolean rotates() {
      return phase != null && !phase.equals("Steady");
    }

    Enforced.Wanted published() {
      return Enforced.Wanted.of(Optional.ofNullable(bundle), shared);
    }
  }

  static TrustReport of(List<Survey.View> views, List<Survey.Unasked> unasked, Instant now) {
    List<Domain> all = new ArrayList<>();
    for (Survey.View view : views) {
      all.add(domain(view.own(), "cluster " + view.cluster(), views, now));
    }
    for (Survey.View view : views) {
      for (TrustDomain other : view.domains()) {
        String name = other.getSpec().trustDomain();
        if (all.stream().noneMatch(domain -> domain.trustDomain().equals(name))) {
          all.add(domain(other, "as %s knows it".formatted(view.cluster()), views, now));
        }
      }
    }
    all.sort(Comparator.comparing(Domain::trustDomain).thenComparing(Domain::source));
    return new TrustReport(all, unasked, Findings.of(all, unasked, now));
  }

  private static Domain domain(
      TrustDomain object, String source, List<Survey.View> views, Instant now) {
    Optional<TrustDomainStatus> status = Optional.ofNullable(object.getStatus());
    return new Domain(
        object.getSpec().trustDomain(),
        source,
        isShared(object.getSpec().trustDomain(), views),
        status.map(TrustDomainStatus::phase).orElse(null),
        status.map(TrustDomainStatus::bundle).orElse(null),
        status.map(TrustDomainStatus::anchors).orElse(List.of()),
        status.map(TrustDomainStatus::issuer).orElse(null),
        status.map(TrustDomainStatus::rotation).orElse(null),
        object.getSpec().revoked(),
        status.map(TrustDomainStatus::conditions).orElse(List.of()),
        enforced(object.getSpec().trustDomain(), views, now));
  }

  private static boolean isShared(String trustDomain, List<Survey.View> views) {
    return views.stream()
        .filter(view -> view.own().getSpec().trustDomain().equals(trustDomain))
        .flatMap(view -> view.links().stream())
        .anyMatch(link -> trustDomain.equals(link.getSpec().trustDomain()));
  }

  /**
   * A cluster that was asked speaks for itself; of another one the issuing cluster's Link tells.
   */
  private static List<Enforced> enforced(String trustDomain, List<Survey.View> views, Instant now) {
    Map<String, Enforced> by = new TreeMap<>();
    for (Survey.View view : views) {
      view.domains().stream()
          .filter(domain -> domain.getSpec().trustDomain().equals(trustDomain))
          .findFirst()
          .map(domain ->
              Enforced.of(
                  view.cluster(),
                  Optional.ofNullable(domain.getStatus()).map(TrustDomainStatus::enforcement),
                  now))
          .ifPresent(enforced -> by.put(view.cluster(), enforced));
    }
    for (Survey.View view : views) {
      if (view.own().getSpec().trustDomain().equals(trustDomain)) {
        for (Link link : view.links()) {
          by.computeIfAbsent(
              link.getSpec().cluster(),
              cluster ->
                  Enforced.of(
                      cluster,
                      Optional.ofNullable(link.getStatus()).map(LinkStatus::enforcement),
                      now));
        }
      }
    }
    return new ArrayList<>(by.values());
  }
}
