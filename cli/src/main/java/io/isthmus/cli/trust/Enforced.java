package io.isthmus.cli.trust;

import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.api.trust.TrustEnforcement;
import io.isthmus.api.trust.TrustEnforcement.Reporter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the proxies of one cluster enforce of one trust domain: the sum of its control plane's
 * replicas that are fresh.
 *
 * @param observedAt of the oldest of them, or of the last one when none is fresh; RFC 3339, empty
 *     when there never was one
 * @param fresh whether it may be believed
 * @param sequence the oldest generation that a replica hands out; 0 of a cluster that is not heard
 * @param unreported connected proxies of which nothing is known now
 * @param waitingFor proxies that enforce something else
 * @param silent those of them that never acknowledged anything, as namespace/pod; as many as are
 *     named
 * @param refused proxies that refuse a generation, and why
 * @param connections live ones, by the SHA-256 of the anchor that vouches for the peer
 */
record Enforced(
    String cluster,
    String observedAt,
    boolean fresh,
    long sequence,
    String digest,
    int verifiers,
    int enforcing,
    int unreported,
    List<String> waitingFor,
    List<String> silent,
    List<String> refused,
    List<Leaves> leaves,
    Map<String, Integer> connections) {

  Enforced {
    waitingFor = List.copyOf(waitingFor);
    silent = List.copyOf(silent);
    refused = List.copyOf(refused);
    leaves = List.copyOf(leaves);
    connections = Map.copyOf(connections);
  }

  /** Leaves of one issuer, and when the first of them ends. */
  record Leaves(String issuer, int count, String earliestNotAfter) {}

  static Enforced of(String cluster, Optional<TrustEnforcement> said, Instant now) {
    List<Reporter> fresh = said.map(each -> each.fresh(now)).orElse(List.of());
    if (fresh.isEmpty()) {
      String last =
          said.stream()
              .flatMap(each -> each.reporters().values().stream())
              .map(Reporter::observedAt)
              .max(Comparator.naturalOrder())
              .orElse("");
      return new Enforced(
          cluster, last, false, 0, "", 0, 0, 0, List.of(), List.of(), List.of(), List.of(),
          Map.of());
    }
    Reporter oldest =
        fresh.stream().min(Comparator.comparingLong(Reporter::sequence)).orElseThrow();
    return new Enforced(
        cluster,
        fresh.stream().map(Reporter::observedAt).min(Comparator.naturalOrder()).orElseThrow(),
        true,
        oldest.sequence(),
        oldest.digest(),
        fresh.stream().mapToInt(Reporter::verifiers).sum(),
        fresh.stream().mapToInt(Reporter::enforcing).sum(),
        fresh.stream().mapToInt(Reporter::unreported).sum(),
        fresh.stream().flatMap(each -> each.waitingFor().stream()).toList(),
        fresh.stream().flatMap(each -> each.silent().stream()).toList(),
        fresh.stream().flatMap(each -> each.refused().stream()).toList(),
        leaves(fresh),
        connections(fresh));
  }

  private static List<Leaves> leaves(List<Reporter> reporters) {
    Map<String, Leaves> sums = new TreeMap<>();
    for (Reporter reporter : reporters) {
      reporter
          .leavesByIssuer()
          .forEach(each ->
              sums.merge(
                  each.sha256(),
                  new Leaves(each.sha256(), each.count(), each.earliestNotAfter()),
                  Enforced::sum));
    }
    return List.copyOf(sums.values());
  }

  private static Leaves sum(Leaves one, Leaves other) {
    return new Leaves(
        one.issuer(),
        Math.addExact(one.count(), other.count()),
        one.earliestNotAfter().compareTo(other.earliestNotAfter()) < 0
            ? one.earliestNotAfter()
            : other.earliestNotAfter());
  }

  private static Map<String, Integer> connections(List<Reporter> reporters) {
    Map<String, Integer> sums = new TreeMap<>();
    for (Reporter reporter : reporters) {
      reporter
          .connectionsByAnchor()
          .forEach(each -> sums.merge(each.sha256(), each.count(), Math::addExact));
    }
    return sums;
  }

  /**
   * What is to be enforced.
   *
   * @param shared whether several clusters issue for the trust domain: each has sequences of its
   *     own then, and the digest alone can be compared
   */
  record Wanted(long sequence, String digest, boolean shared) {

    /** What is published. */
    static Wanted of(Optional<TrustDomainStatus.BundleStatus> published, boolean shared) {
      return published
          .map(bundle -> new Wanted(bundle.sequence(), bundle.digest(), shared))
          .orElseGet(() -> new Wanted(0, "", shared));
    }

    private boolean isHandedOutBy(Enforced enforced) {
      return shared ? enforced.digest().equals(digest) : enforced.sequence() == sequence;
    }

    private boolean isReachedBy(Enforced enforced) {
      return shared ? enforced.digest().equals(digest) : enforced.sequence() >= sequence;
    }

    private String said(Enforced enforced) {
      return shared
          ? "%s hands out %s, expected %s"
              .formatted(enforced.cluster(), Words.digest(enforced.digest()), Words.digest(digest))
          : "%s hands out sequence %d, expected %d"
              .formatted(enforced.cluster(), enforced.sequence(), sequence);
    }
  }

  /** Whether all proxies of the cluster enforce this generation, or a later one. */
  boolean isAtLeast(Wanted wanted) {
    return fresh && wanted.isReachedBy(this) && enforcing == verifiers && waitingFor.isEmpty();
  }

  /** What is not as it should be, one line each; nothing where all enforce {@code wanted}. */
  List<String> behind(Wanted wanted, Instant now) {
    List<String> lines = new ArrayList<>();
    if (fresh && !wanted.isHandedOutBy(this)) {
      lines.add(wanted.said(this));
    }
    lines.addAll(late(now));
    return lines;
  }

  /** As {@link #behind}, of what the cluster itself hands out. */
  List<String> late(Instant now) {
    if (!fresh) {
      return List.of(
          observedAt.isEmpty()
              ? cluster + " has not reported yet"
              : "%s has not reported since %s (%s)"
                  .formatted(cluster, Words.second(observedAt), Words.ago(observedAt, now)));
    }
    List<String> lines = new ArrayList<>();
    waitingFor.forEach(who -> lines.add(cluster + "/" + who));
    refused.forEach(who -> lines.add(cluster + "/" + who));
    if (waitingFor.isEmpty() && enforcing < verifiers) {
      lines.add("%s: %d proxies do not enforce it".formatted(cluster, verifiers - enforcing));
    }
    return lines;
  }
}
