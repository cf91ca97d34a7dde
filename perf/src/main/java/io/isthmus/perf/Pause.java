package io.isthmus.perf;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waiting, where a benchmark must let time pass. */
final class Pause {
  private Pause() {}

  static void millis(long millis) {
    LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
  }
}
