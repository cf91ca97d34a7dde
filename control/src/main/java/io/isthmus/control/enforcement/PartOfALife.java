package io.isthmus.control.enforcement;

import java.time.Duration;

/** How long something may take that leaves are renewed beside: a quarter of their life at most. */
final class PartOfALife {
  private PartOfALife() {}

  static Duration atMost(Duration longest, Duration leafLifetime) {
    Duration quarter = leafLifetime.dividedBy(4);
    return quarter.compareTo(longest) < 0 ? quarter : longest;
  }
}
