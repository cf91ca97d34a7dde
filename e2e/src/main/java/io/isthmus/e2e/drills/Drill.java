package io.isthmus.e2e.drills;

import io.isthmus.e2e.Scenarios.Body;

/**
 * How a fault is made, and its end where that is not the operator's work.
 *
 * @param name of its page
 * @param fault makes it
 * @param meanwhile what is seen while it lasts, once it has been named
 * @param mended takes away what the page's commands do not; runs after them
 */
record Drill(String name, Body fault, Body meanwhile, Body mended) {
  private static final Body NOTHING = () -> {};

  /** One that the page's commands mend. */
  static Drill of(String name, Body fault) {
    return new Drill(name, fault, NOTHING, NOTHING);
  }

  Drill meanwhile(Body body) {
    return new Drill(name, fault, body, mended);
  }

  Drill mendedBy(Body body) {
    return new Drill(name, fault, meanwhile, body);
  }
}
