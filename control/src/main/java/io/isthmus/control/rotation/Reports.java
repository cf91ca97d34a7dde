package io.isthmus.control.rotation;

import io.isthmus.api.link.Link;
import io.isthmus.api.trust.TrustDomain;
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
import java.util.Set;
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
        new HashSet<>(asked.leaveBehind()),
        new HashSet<>(asked.passOver()));
  }

  /**
   * The own cluster's verifiers and those of every linked cluster, by all of their replicas that
   * are fresh. Beside one that is, one that is silent counts with proxies that say nothing.
   */
  static List<Verifiers> of(String cluster, TrustDomain own, List<Link> links, Instant now) {
    List<Verifiers> all = new ArrayList<>();
    TrustDomainStatus status = own.getStatus();
    all.add(
        verifiers(cluster, status == null ? null : status.enforcement(), now)
            .with(new Canary.NotNeeded())
            .of(Kinship.OWN));
    Kinship other =
        links.stream().anyMatch(link -> isShared(link, own))
            ? Kinship.OTHER_OF_SHARED
            : Kinship.OTHER;
    links.stream()
        .sorted(Comparator.comparing(link -> link.getSpec().cluster()))
        .map(link ->
            verifiers(
                    link.getSpec().cluster(),
                    link.getStatus() == null ? null : link.getStatus().enforcement(),
                    now)
                .with(CanaryReport.of(link.getStatus()))
                .of(isShared(link, own) ? Kinship.SHARED : other))
        .forEach(all::add);
    return all;
  }

  private static boolean isShared(Link link, TrustDomain own) {
    return link.getSpec().trustDomain().equals(own.getSpec().trustDomain());
  }

  private static Verifiers verifiers(
      String cluster, @Nullable TrustEnforcement enforcement, Instant now) {
    List<Reporter> fresh = enforcement == null ? List.of() : enforcement.fresh(now);
    List<Verifiers> replicas = new ArrayList<>();
    fresh.forEach(reporter -> replicas.add(verifiers(cluster, reporter)));
    if (enforcement != null && !fresh.isEmpty()) {
      enforcement
          .silent(now)
          .forEach((replica, last) -> replicas.add(silent(cluster, replica, last, now)));
    }
    return Verifiers.merged(cluster, replicas, now);
  }

  /** Nobody has said that its proxies have gone elsewhere: they count as ones that say nothing. */
  private static Verifiers silent(String cluster, String replica, Reporter last, Instant now) {
    int proxies = Math.max(1, last.verifiers()); // more may have come since
    return new Verifiers(
        cluster,
        Optional.of(now),
        Set.of(),
        new Behind(
            proxies,
            List.of(
                "replica %s of the control plane, not heard since %s: what its proxies enforce is not known"
                    .formatted(replica, last.observedAt())),
            List.of(),
            List.of()),
        new Use(Map.of(), Map.of(), Map.of(), proxies),
        Duration.ZERO,
        new Canary.Missing(""),
        Kinship.OTHER);
  }

  private static Verifiers verifiers(String cluster, Reporter reporter) {
    Map<String, Integer> leaves = new HashMap<>();
    Map<String, Integer> leavesByRoot = new HashMap<>();
    reporter
        .leavesByIssuer()
        .forEach(each -> {
          leaves.merge(each.sha256(), each.count(), Math::addExact);
          leavesByRoot.merge(each.anchorSha256(), each.count(), Math::addExact);
        });
    Map<String, Integer> connections = new HashMap<>();
    reporter
        .connectionsByAnchor()
        .forEach(each -> connections.merge(each.sha256(), each.count(), Math::addExact));
    return new Verifiers(
        cluster,
        Optional.of(Instant.parse(reporter.observedAt())), // fresh ones can be read
        Set.of(new Generation(reporter.sequence(), reporter.digest())),
        new Behind(
            Math.max(0, reporter.verifiers() - reporter.enforcing()),
            reporter.waitingFor(),
            reporter.refused(),
            reporter.silent()),
        new Use(leaves, leavesByRoot, connections, reporter.unreported()),
        Duration.ofMillis(reporter.maxClockSkewMillis()),
        new Canary.Missing(""),
        Kinship.OTHER);
  }
}
