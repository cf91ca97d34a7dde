package io.isthmus.settings;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * How the text of a setting becomes a value, and how a value is shown in the reference.
 *
 * @param expected completes the sentence "expected ...", with an example
 */
public record ValueType<T>(String expected, Parser<T> parser, Function<T, String> show) {
  private static final String OFF = "off";

  /** Throws {@link IllegalArgumentException} for text that is no value of the type. */
  @FunctionalInterface
  public interface Parser<T> {
    T parse(String text);
  }

  /** The same type, and {@code off} for nothing. */
  ValueType<Optional<T>> orOff() {
    return new ValueType<>(
        expected + ", or " + OFF,
        text -> text.equals(OFF) ? Optional.empty() : Optional.of(parser.parse(text)),
        value -> value.map(show).orElse(OFF));
  }

  /** The same type, narrowed: {@code rule} continues {@link #expected}. */
  ValueType<T> narrowed(String rule, Predicate<T> accepts) {
    return new ValueType<>(
        expected + ", " + rule,
        text -> {
          T value = parser.parse(text);
          if (!accepts.test(value)) {
            throw new IllegalArgumentException(rule);
          }
          return value;
        },
        show);
  }
}
