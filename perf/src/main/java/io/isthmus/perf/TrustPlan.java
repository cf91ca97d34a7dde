package io.isthmus.perf;

/**
 * How much {@code perf/run trust} does.
 *
 * @param proxies simulated ones
 * @param leafLifetime which also says how long the rotation settles, and how renewals are spread
 * @param generations that are published for all proxies to acknowledge
 * @param firstSwaps after which the first resident set is taken: the heap has grown to its limit,
 *     and what is run often is compiled
 * @param swaps after which the last one is taken
 * @param settledSeconds without load before a resident set is taken
 */
record TrustPlan(
    int proxies,
    String leafLifetime,
    int generations,
    int firstSwaps,
    int swaps,
    int settledSeconds) {
  static final TrustPlan FULL = new TrustPlan(1000, "24h", 5, 6000, 16_000, 12);

  /** Ends within a minute; its figures are not to be cited. */
  static final TrustPlan SMOKE = new TrustPlan(100, "30s", 3, 100, 500, 2);
}
