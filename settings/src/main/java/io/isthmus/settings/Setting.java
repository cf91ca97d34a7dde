package io.isthmus.settings;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * One setting of a process, declared once: key, meaning, type, and what holds when it is not given.
 * A declaration starts with a type and ends with {@code required()}, {@code optional()} or {@code
 * withDefault(value)}.
 *
 * @param <T> what {@link Settings#get} returns: {@code Optional<V>} for an optional setting
 */
public final class Setting<T> {
  private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9]*(-[a-z0-9]+)*");

  /** What holds when the setting is not given. */
  sealed interface Absent<T> {
    record Refused<T>() implements Absent<T> {}

    /**
     * @param shown as it would be typed; empty for nothing
     */
    record Value<T>(T value, String shown) implements Absent<T> {}

    /**
     * @param described in words, since the value is another one on another machine
     */
    record OfTheMachine<T>(T value, String described) implements Absent<T> {}
  }

  private final String key;
  private final String meaning;
  private final String expected;
  private final ValueType.Parser<T> parser;
  private final Absent<T> absent;

  private Setting(Declaration<?> declared, ValueType.Parser<T> parser, Absent<T> absent) {
    this.key = declared.key;
    this.meaning = declared.meaning;
    this.expected = declared.type.expected();
    this.parser = parser;
    this.absent = absent;
  }

  public static Declaration<String> text(String key, String meaning) {
    return of(key, meaning, ValueTypes.TEXT);
  }

  public static Declaration<Integer> integer(String key, String meaning) {
    return of(key, meaning, ValueTypes.INTEGER);
  }

  /** {@code 500ms}, {@code 30s}, {@code 5m}, {@code 24h}, {@code 7d}. */
  public static Declaration<Duration> duration(String key, String meaning) {
    return of(key, meaning, ValueTypes.DURATION_TYPE);
  }

  /** {@code 65536}, {@code 512Ki}, {@code 64Mi}, {@code 1Gi}. */
  public static Declaration<Long> bytes(String key, String meaning) {
    return of(key, meaning, ValueTypes.BYTES_TYPE);
  }

  /** {@code 0.0.0.0:15008} or {@code [::1]:15008}: a literal address, never a name. */
  public static Declaration<InetSocketAddress> address(String key, String meaning) {
    return of(key, meaning, ValueTypes.ADDRESS);
  }

  /** {@code control.isthmus-system:15012}: a name is left unresolved, for the one who connects. */
  public static Declaration<InetSocketAddress> hostAndPort(String key, String meaning) {
    return of(key, meaning, ValueTypes.HOST_AND_PORT);
  }

  /** {@code 10.1.2.3} or {@code fd00::1}. */
  public static Declaration<InetAddress> ip(String key, String meaning) {
    return of(key, meaning, ValueTypes.IP);
  }

  public static Declaration<Path> path(String key, String meaning) {
    return of(key, meaning, ValueTypes.PATH);
  }

  public static Declaration<String> oneOf(String key, String meaning, List<String> choices) {
    return of(key, meaning, ValueTypes.oneOf(choices));
  }

  /** The choices are the constants' names in lower case, {@code _} written as {@code -}. */
  public static <E extends Enum<E>> Declaration<E> oneOf(
      String key, String meaning, Class<E> type) {
    return of(key, meaning, ValueTypes.oneOf(type));
  }

  public static <V> Declaration<V> of(String key, String meaning, ValueType<V> type) {
    return new Declaration<>(key, meaning, type);
  }

  public String key() {
    return key;
  }

  public String meaning() {
    return meaning;
  }

  /** Completes "expected ...". */
  public String expected() {
    return expected;
  }

  Absent<T> absent() {
    return absent;
  }

  T parse(String text) {
    return parser.parse(text);
  }

  @Override
  public String toString() {
    return key;
  }

  /** A setting whose absence has not been decided yet. */
  public static final class Declaration<V> {
    private final String key;
    private final String meaning;
    private final ValueType<V> type;

    private Declaration(String key, String meaning, ValueType<V> type) {
      if (!KEY.matcher(key).matches()) {
        throw new IllegalArgumentException(
            "setting key \"" + key + "\": expected words in lower case joined by -");
      }
      this.key = key;
      this.meaning = meaning;
      this.type = type;
    }

    /** Narrows the type: {@code must("on loopback", a -> a.getAddress().isLoopbackAddress())}. */
    public Declaration<V> must(String rule, Predicate<V> accepts) {
      return new Declaration<>(key, meaning, type.narrowed(rule, accepts));
    }

    public Setting<V> required() {
      return new Setting<>(this, type.parser(), new Absent.Refused<>());
    }

    public Setting<Optional<V>> optional() {
      return new Setting<>(
          this,
          text -> Optional.of(type.parser().parse(text)),
          new Absent.Value<>(Optional.empty(), ""));
    }

    public Setting<V> withDefault(V value) {
      return new Setting<>(
          this, type.parser(), new Absent.Value<>(value, type.show().apply(value)));
    }

    /** For what is on unless it is given as {@code off}. */
    public Setting<Optional<V>> withDefaultUnlessOff(V value) {
      return new Declaration<>(key, meaning, type.orOff()).withDefault(Optional.of(value));
    }

    /**
     * A default that this machine decides: the reference says {@code described}, such as "the
     * number of processors", and so is the same wherever it is written.
     */
    public Setting<V> withDefault(V value, String described) {
      return new Setting<>(this, type.parser(), new Absent.OfTheMachine<>(value, described));
    }
  }
}
