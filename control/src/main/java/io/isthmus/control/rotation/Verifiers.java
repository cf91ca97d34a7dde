package io.isthmus.control.rotation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What the verifiers of one cluster report of a trust domain.
 *
 * @param observedAt when the report was made, by this cluster's clock; empty when there is none
 * @param bundle the one that the cluster hands out; empty when there is none
 * @param behind who does not enforce that bundle yet, or refuses it
 * @param use what its proxies use
 * @param skew the largest difference between a proxy's clock and the control plane's
 * @param canary what its gateways made of the issuer that is not active
 * @param kinship who issues for its proxies
 */
public record Verifiers(
    String cluster,
    Optional<Instant> observedAt,
    Optional<Generation> bundle,
    Behind behind,
    Use use,
    Duration skew,
    Canary canary,
    Kinship kinship) {

  /** A cluster that was never heard. */
  public static Verifiers unheard(String cluster) {
    return new Verifiers(
        cluster,
        Optional.empty(),
        Optional.empty(),
        Behind.NOBODY,
        Use.NONE,
        Duration.ZERO,
        new Canary.Missing(""),
        Kinship.OTHER);
  }

  public Verifiers with(Canary met) {
    return new Verifiers(cluster, observedAt, bundle, behind, use, skew, met, kinship);
  }

  public Verifiers of(Kinship kin) {
    return new Verifiers(cluster, observedAt, bundle, behind, use, skew, canary, kin);
  }

  /**
   * Of what each replica of one cluster's control plane reports, canaries and kinship apart.
   * Replicas that hand out different bundles are as one that hands out the older; reports of
   * different times are as the oldest of them, or as one of the future when there is such a one:
   * that may be of any time.
   */
  public static Verifiers merged(String cluster, List<Verifiers> replicas, Instant now) {
    if (replicas.isEmpty()) {
      return unheard(cluster);
    }
    Behind behind = Behind.NOBODY;
    Use use = Use.NONE;
    Duration skew = Duration.ZERO;
    List<Instant> times = new ArrayList<>();
    for (Verifiers each : replicas) {
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
        replicas.stream()
            .flatMap(each -> each.bundle().stream())
            .min(Comparator.comparingLong(Generation::sequence)),
        behind,
        use,
        skew,
        new Canary.Missing(""),
        Kinship.OTHER);
  }
}
