package io.isthmus.cli.cluster;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for something that nobody announces, by asking. */
public final class Waiting {
  private static final Duration POLL = Duration.ofMillis(25);

  private Waiting() {}

  /** Throws {@link ClusterException} naming {@code what} when the time is over. */
  public static void until(String what, Duration atMost, BooleanSupplier holds) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!holds.getAsBoolean()) {
      if (Thread.currentThread().isInterrupted()) {
        throw new ClusterException("interrupted while waiting for " + what);
      }
      if (System.nanoTime() > deadline) {
        throw new ClusterException(
            "waited %d s in vain for: %s".formatted(atMost.toSeconds(), what));
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }
}
