package io.isthmus.cli.trust;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** How times and digests are shown to people. */
final class Words {
  private static final int SHORT = 12;

  private Words() {}

  /** Of a digest, with or without {@code sha256:} before it, as much as tells it from others. */
  static String digest(String digest) {
    String hex = digest.replaceFirst("^sha256:", "");
    return hex.substring(0, Math.min(SHORT, hex.length()));
  }

  static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** To the second. */
  static String second(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  static String second(String time) {
    return instant(time).map(Words::second).orElse(time);
  }

  /** {@code 4 min ago}. */
  static String ago(String time, Instant now) {
    return instant(time).map(at -> length(Duration.between(at, now)) + " ago").orElse(time);
  }

  /** {@code 2036-11-24 (in 3649 d)}, or that it is over. */
  static String end(String time, Instant now) {
    return instant(time)
        .map(at ->
            at.isAfter(now)
                ? "%.10s (in %s)".formatted(at, length(Duration.between(now, at)))
                : "%.10s (EXPIRED %s ago)".formatted(at, length(Duration.between(at, now))))
        .orElse(time);
  }

  /** Of a file that cannot be read: Java's own text of the usual cases is its name alone. */
  static String why(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "there is no such file";
      case AccessDeniedException _ -> "it is not readable";
      default -> e.toString();
    };
  }

  static boolean isOver(String time, Instant now) {
    return instant(time).filter(at -> !at.isAfter(now)).isPresent();
  }

  static String length(Duration time) {
    Duration positive = time.isNegative() ? Duration.ZERO : time;
    if (positive.toHours() >= 48) {
      return positive.toDays() + " d";
    }
    if (positive.toMinutes() >= 120) {
      return positive.toHours() + " h";
    }
    return positive.toSeconds() >= 120
        ? positive.toMinutes() + " min"
        : positive.toSeconds() + " s";
  }
}
