package io.isthmus.control.rotation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the verifiers of one cluster report of a trust domain.
 *
 * @param observedAt when the report was made, by this cluster's clock; empty when there is none
 * @param bundles those that the replicas of its control plane hand out; empty when there is none
 * @param behind who does not enforce the one that its replica hands out yet, or refuses it
 * @param use what its proxies use
 * @param skew the largest difference between a proxy's clock and the control plane's
 * @param canary what its gateways made of the issuer that is not active
 * @param kinship who issues for its proxies
 */
public record Verifiers(
    String cluster,
    Optional<Instant> observedAt,
    Set<Generation> bundles,
    Behind behind,
    Use use,
    Duration skew,
    Canary canary,
    Kinship kinship) {

  public Verifiers {
    bundles = Set.copyOf(bundles);
  }

  /** A cluster that was never heard. */
  public static Verifiers unheard(String cluster) {
    return new Verifiers(
        cluster,
        Optional.empty(),
        Set.of(),
        Behind.NOBODY,
        Use.NONE,
        Duration.ZERO,
        new Canary.Missing(""),
        Kinship.OTHER);
  }

  public Verifiers with(Canary met) {
    return new Verifiers(cluster, observedAt, bundles, behind, use, skew, met, kinship);
  }

  public Verifiers of(Kinship kin) {
    return new Verifiers(cluster, observedAt, bundles, behind, use, skew, canary, kin);
  }

  /**
   * Of what each replica of one cluster's control plane reports, canaries and kinship apart. All
   * bundles are kept, since one that is late hides none that is not; reports of different times are
   * as the oldest of them, or as one of the future when there is such a one: that may be of any
   * time.
   */
  public static Verifiers merged(String cluster, List<Verifiers> replicas, Instant now) {
    if (replicas.isEmpty()) {
      return unheard(cluster);
    }
    Behind behind = Behind.NOBODY;
    Use use = Use.NONE;
    Duration skew = Duration.ZERO;
    Set<Generation> bundles = new HashSet<>();
    List<Instant> times = new ArrayList<>();
    for (Verifiers each : replicas) {
      bundles.addAll(each.bundles());
      behind = behind.and(each.behind());
      use = use.and(each.use());
      skew = each.skew().compareTo(skew) > 0 ? each.skew() : skew;
      times.add(each.observedAt().orElse(Instant.MIN));
    }
    times.sort(Comparator.naturalOrder());
    Instant newest = times.getLast();
    return new Verifiers(
        cluster,
        Optional.of(newest.isAfter(now.plus(RotationPlan.SKEW_BOUND)) ? newest : times.getFirst()),
        bundles,
        behind,
        use,
        skew,
        new Canary.Missing(""),
        Kinship.OTHER);
  }
}
