package io.isthmus.cli.check;

import java.time.Duration;
import java.util.Optional;

/** What one call to an API server came to, and how long that took. */
sealed interface Reading<T> {
  Duration took();

  record Read<T>(T content, Duration took) implements Reading<T> {}

  /**
   * @param why for people
   */
  record Unread<T>(String why, Duration took) implements Reading<T> {}

  default Optional<T> value() {
    return switch (this) {
      case Read<T>(T content, Duration _) -> Optional.of(content);
      case Unread<T> _ -> Optional.empty();
    };
  }

  /** Of a reading that a check has already found there. */
  default T get() {
    return value().orElseThrow(() -> new IllegalStateException("it was not read"));
  }

  static <T> Reading<T> of(T value) {
    return new Read<>(value, Duration.ZERO);
  }
}
