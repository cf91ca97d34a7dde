package io.isthmus.control.rotation;

import io.isthmus.api.link.Link;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.api.trust.TrustEnforcement;
import io.isthmus.api.trust.TrustEnforcement.Reporter;
import io.isthmus.control.authority.Rotation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads resources as the plan looks at them. */
final class Reports {
  private Reports() {}

  static Wish wish(TrustDomainSpec.@Nullable Rotation asked) {
    if (asked == null) {
      return Wish.NOTHING;
    }
    return new Wish(
        Stream.of(Rotation.Kind.values())
            .filter(kind -> kind.word().equals(asked.request()))
            .findFirst()
            .map(kind -> new Wish.Request(kind, asked.id())),
        Boolean.TRUE.equals(asked.abort()) ? Wish.Direction.BACK : Wish.Direction.FORWARD,
        new HashSet<>(asked.leaveBehind()));
  }

  /**
   * The own cluster's verifiers and those of every linked cluster, by all of their replicas that
   * are fresh.
   */
  static List<Verifiers> of(
      String cluster, @Nullable TrustDomainStatus status, List<Link> links, Instant now) {
    List<Verifiers> all = new ArrayList<>();
    all.add(
        verifiers(cluster, status == null ? null : status.enforcement(), now)
            .with(new Canary.NotNeeded()));
    links.stream()
        .sorted(Comparator.comparing(link -> link.getSpec().cluster()))
        .map(link ->
            verifiers(
                    link.getSpec().cluster(),
                    link.getStatus() == null ? null : link.getStatus().enforcement(),
                    now)
                .with(CanaryReport.of(link.getStatus())))
        .forEach(all::add);
    return all;
  }

  /** Replicas that hand out different bundles are as one that hands out the older. */
  private static Verifiers verifiers(
      String cluster, @Nullable TrustEnforcement enforcement, Instant now) {
    List<Reporter> fresh = enforcement == null ? List.of() : enforcement.fresh(now);
    Optional<Reporter> oldest = fresh.stream().min(Comparator.comparingLong(Reporter::sequence));
    if (oldest.isEmpty()) {
      return Verifiers.unheard(cluster);
    }
    List<String> behind = new ArrayList<>();
    Map<String, Integer> leaves = new HashMap<>();
    Map<String, Integer> connections = new HashMap<>();
    int unreported = 0;
    long skew = 0;
    Instant observed = now;
    for (Reporter reporter : fresh) {
      behind.addAll(reporter.waitingFor());
      behind.addAll(reporter.refused());
      if (behind.isEmpty() && reporter.enforcing() < reporter.verifiers()) {
        behind.add("%d proxies".formatted(reporter.verifiers() - reporter.enforcing()));
      }
      reporter
          .leavesByIssuer()
          .forEach(each -> leaves.merge(each.sha256(), each.count(), Math::addExact));
      reporter
          .connectionsByAnchor()
          .forEach(each -> connections.merge(each.sha256(), each.count(), Math::addExact));
      unreported += reporter.unreported();
      skew = Math.max(skew, reporter.maxClockSkewMillis());
      Instant at = Instant.parse(reporter.observedAt()); // fresh ones can be read
      observed = at.isBefore(observed) ? at : observed;
    }
    return new Verifiers(
        cluster,
        Optional.of(observed),
        oldest.map(reporter -> new Generation(reporter.sequence(), reporter.digest())),
        behind,
        leaves,
        connections,
        unreported,
        Duration.ofMillis(skew),
        new Canary.Missing(""));
  }
}
