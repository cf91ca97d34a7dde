package io.isthmus.proxy.identity;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Delays between attempts: each twice the one before, up to a limit, and of each between half and
 * all, so that a fleet that lost its control plane together does not come back together.
 */
public final class Backoff {
  private final Duration first;
  private final Duration limit;
  private final RandomGenerator random;
  private Duration next;

  public Backoff(Duration first, Duration limit, RandomGenerator random) {
    this.first = first;
    this.limit = limit;
    this.random = random;
    this.next = first;
  }

  /** The delay before the next attempt. */
  public Duration next() {
    Duration full = next;
    Duration doubled = full.multipliedBy(2);
    next = doubled.compareTo(limit) < 0 ? doubled : limit;
    long half = full.toNanos() / 2;
    return Duration.ofNanos(half + random.nextLong(half + 1));
  }

  /** After a success. */
  public void reset() {
    next = first;
  }
}
