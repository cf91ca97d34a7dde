package io.isthmus.control.rotation;

import java.util.HashMap;
import java.util.Map;

/**
 * What proxies use of a trust domain's authorities.
 *
 * @param leaves how many live leaves each issuer has made; only proxies that are of the trust
 *     domain have any
 * @param leavesByRoot the same by the root that the issuer stands on; that of issuers whose root is
 *     not known under the empty text
 * @param connections how many live connections were verified with each anchor
 * @param unreported connected proxies of which nothing is known now: they may use anything
 */
public record Use(
    Map<String, Integer> leaves,
    Map<String, Integer> leavesByRoot,
    Map<String, Integer> connections,
    int unreported) {
  public static final Use NONE = new Use(Map.of(), Map.of(), Map.of(), 0);

  public Use {
    leaves = Map.copyOf(leaves);
    leavesByRoot = Map.copyOf(leavesByRoot);
    connections = Map.copyOf(connections);
  }

  Use and(Use more) {
    return new Use(
        sum(leaves, more.leaves),
        sum(leavesByRoot, more.leavesByRoot),
        sum(connections, more.connections),
        Math.addExact(unreported, more.unreported));
  }

  private static Map<String, Integer> sum(Map<String, Integer> some, Map<String, Integer> more) {
    Map<String, Integer> sums = new HashMap<>(some);
    more.forEach((key, count) -> sums.merge(key, count, Math::addExact));
    return sums;
  }

  /** Of all but those of one key. */
  static int countWithout(Map<String, Integer> counts, String key) {
    return counts.entrySet().stream()
        .filter(each -> !each.getKey().equals(key))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }
}
