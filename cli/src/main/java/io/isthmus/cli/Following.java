package io.isthmus.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Looks at something again and again, for a time. */
public record Following(Pace pace, Duration between, Duration atMost) {

  /**
   * Returns what was seen last: once it is over, or the time is.
   *
   * @param seen hears of each look
   */
  public <T> T until(Predicate<? super T> isOver, Supplier<T> look, Consumer<? super T> seen) {
    Instant end = pace.now().plus(atMost);
    while (true) {
      T now = look.get();
      seen.accept(now);
      if (isOver.test(now) || !pace.now().isBefore(end)) {
        return now;
      }
      pace.pause(between);
    }
  }
}
