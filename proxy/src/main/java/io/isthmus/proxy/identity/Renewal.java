package io.isthmus.proxy.identity;

import java.time.Duration;

/** Lets an authority that can be asked for a new SVID be asked before its time. Any thread. */
@FunctionalInterface
public interface Renewal {

  /**
   * Asks at a random moment within {@code window}, so that a fleet which hears of the same thing
   * spreads its requests. An attempt that is due earlier, or under way, is not put off; failures
   * are tried again as always.
   */
  void within(Duration window);
}
