package io.isthmus.control.rotation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the verifiers of one cluster report of a trust domain.
 *
 * @param observedAt when the report was made, by this cluster's clock; empty when there is none
 * @param bundle the one that the cluster hands out; empty when there is none
 * @param behind who does not enforce that bundle yet, or refuses it, and why; for people
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
    List<String> behind,
    Map<String, Integer> leaves,
    Map<String, Integer> connections,
    int unreported,
    Duration skew,
    Canary canary) {
  public Verifiers {
    behind = List.copyOf(behind);
    leaves = Map.copyOf(leaves);
    connections = Map.copyOf(connections);
  }

  /** A cluster that was never heard. */
  public static Verifiers unheard(String cluster) {
    return new Verifiers(
        cluster,
        Optional.empty(),
        Optional.empty(),
        List.of(),
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
}
