package io.isthmus.perf;

/**
 * How long everything takes.
 *
 * @param rounds pairs of measurements for each kind
 * @param seconds length of one measurement
 * @param warmUpSeconds how long ours is warmed for each kind
 */
record Plan(int rounds, int seconds, int warmUpSeconds) {
  /** The whole table in under five minutes. */
  static final Plan QUICK = new Plan(5, 2, 18);

  static final Plan FULL = new Plan(9, 8, 30);

  /** A smoke run for continuous integration: shows that it works, its ratios are not cited. */
  static final Plan SMOKE = new Plan(3, 1, 6);

  static Plan named(String name) {
    return switch (name) {
      case "quick" -> QUICK;
      case "full" -> FULL;
      case "smoke" -> SMOKE;
      default ->
          throw new IllegalArgumentException(
              "unknown plan '%s', expected quick, full or smoke".formatted(name));
    };
  }
}
