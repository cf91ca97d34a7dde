package io.isthmus.control.rotation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the verifiers of one cluster report of a trust domain.
 *
 * @param observedAt when the report was made, by this cluster's clock; empty when there is none
 * @param bundle the one that the cluster hands out; empty when there is none
 * @param behind who does not enforce that bundle yet, or refuses it
 * @param leaves how many live leaves each issuer has made; only the own cluster's proxies have any
 * @param connections how many live connections were verified with each anchor
 * @param unreported connected proxies of which nothing is known now: they may use anything
 * @param skew the largest difference between a proxy's clock and the control plane's
 * @param canary what its gateways made of the issuer that is not active
 */
public record Verifiers(
    String cluster,
    Optional<Instant> observedAt,
    Optional<Generation> bundle,
    Behind behind,
    Map<String, Integer> leaves,
    Map<String, Integer> connections,
    int unreported,
    Duration skew,
    Canary canary) {
  public Verifiers {
    leaves = Map.copyOf(leaves);
    connections = Map.copyOf(connections);
  }

  /** A cluster that was never heard. */
  public static Verifiers unheard(String cluster) {
    return new Verifiers(
        cluster,
        Optional.empty(),
        Optional.empty(),
        Behind.NOBODY,
        Map.of(),
        Map.of(),
        0,
        Duration.ZERO,
        new Canary.Missing(""));
  }

  public Verifiers with(Canary met) {
    return new Verifiers(
        cluster, observedAt, bundle, behind, leaves, connections, unreported, skew, met);
  }

  /**
   * Of what each replica of one cluster's control plane reports, canaries apart. Replicas that hand
   * out different bundles are as one that hands out the older; reports of different times are as
   * the oldest of them, or as one of the future when there is such a one: that may be of any time.
   */
  public static Verifiers merged(String cluster, List<Verifiers> replicas, Instant now) {
    if (replicas.isEmpty()) {
      return unheard(cluster);
    }
    Behind behind = Behind.NOBODY;
    Map<String, Integer> leaves = new HashMap<>();
    Map<String, Integer> connections = new HashMap<>();
    int unreported = 0;
    Duration skew = Duration.ZERO;
    List<Instant> times = new ArrayList<>();
    for (Verifiers each : replicas) {
      behind = behind.and(each.behind());
      each.leaves().forEach((issuer, count) -> leaves.merge(issuer, count, Math::addExact));
      each.connections()
          .forEach((anchor, count) -> connections.merge(anchor, count, Math::addExact));
      unreported = Math.addExact(unreported, each.unreported());
      skew = each.skew().compareTo(skew) > 0 ? each.skew() : skew;
      times.add(each.observedAt().orElse(Instant.MIN));
    }
    times.sort(Comparator.naturalOrder());
    Instant newest = times.getLast();
    return new Verifiers(
        cluster,
        Optional.of(newest.isAfter(now.plus(RotationPlan.SKEW_BOUND)) ? newest : times.getFirst()),
        replicas.stream()
            .flatMap(each -> each.bundle().stream())
            .min(Comparator.comparingLong(Generation::sequence)),
        behind,
        leaves,
        connections,
        unreported,
        skew,
        new Canary.Missing(""));
  }
}
