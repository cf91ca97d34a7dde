package io.isthmus.e2e.drills;

import io.isthmus.e2e.Scenarios.Body;
import java.time.Duration;

/**
 * How a fault is made, and its end where that is not the operator's work.
 *
 * @param name of its page
 * @param fault makes it
 * @param meanwhile what is seen while it lasts, once it has been named
 * @param mended takes away what the page's commands do not; runs after them
 * @param recovered within which all is well again then
 */
record Drill(String name, Body fault, Body meanwhile, Body mended, Duration recovered) {
  static final Duration RECOVERED = Duration.ofSeconds(90);
  private static final Body NOTHING = () -> {};

  /** One that the page's commands mend. */
  static Drill of(String name, Body fault) {
    return new Drill(name, fault, NOTHING, NOTHING, RECOVERED);
  }

  Drill meanwhile(Body body) {
    return new Drill(name, fault, body, mended, recovered);
  }

  Drill mendedBy(Body body) {
    return new Drill(name, fault, meanwhile, body, recovered);
  }

  /** Of what takes longer to come back. */
  Drill recoversWithin(Duration limit) {
    return new Drill(name, fault, meanwhile, mended, limit);
  }
}
