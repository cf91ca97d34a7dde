package io.isthmus.e2e;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** Waits for what a controller does in its own time. */
public final class Eventually {
  private static final Duration PAUSE = Duration.ofMillis(200);

  private Eventually() {}

  /** A check that explains itself: empty when it holds, else what was seen. */
  public interface Check extends Supplier<String> {}

  public static void holds(Duration limit, Check check) {
    long start = System.nanoTime();
    String seen;
    do {
      try {
        seen = check.get();
      } catch (RuntimeException e) {
        seen = String.valueOf(e.getMessage());
      }
      if (seen.isEmpty()) {
        return;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    } while (System.nanoTime() - start < limit.toNanos());
    throw new AssertionError("still not so after %s: %s".formatted(limit, seen));
  }
}
