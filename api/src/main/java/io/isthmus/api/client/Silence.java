package io.isthmus.api.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Looks again whenever nothing has been heard for a while. */
final class Silence {
  private final Duration most;
  private volatile long heard = System.nanoTime();

  Silence(Duration most) {
    this.most = most;
  }

  void broken() {
    heard = System.nanoTime();
  }

  boolean isTooLong() {
    return left() <= 0;
  }

  private long left() {
    return most.toNanos() - (System.nanoTime() - heard);
  }

  /**
   * @param look is run, by a thread of the JVM, each time that it has been too long; until it
   *     returns false
   */
  void watch(BooleanSupplier look) {
    lookAfter(left(), look);
  }

  private void lookAfter(long nanos, BooleanSupplier look) {
    CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS)
        .execute(() -> {
          long left = left();
          if (left > 0) {
            lookAfter(left, look);
          } else if (look.getAsBoolean()) {
            lookAfter(most.toNanos(), look);
          }
        });
  }

  @Override
  public String toString() {
    return "%d s".formatted(most.toSeconds());
  }
}
