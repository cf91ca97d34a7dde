package io.isthmus.settings;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The value types that settings are declared with. No parser resolves a name or opens a file. */
final class ValueTypes {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");
  private static final Pattern BYTES = Pattern.compile("([0-9]{1,12})(Ki|Mi|Gi|)");
  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?");

  static final ValueType<String> TEXT =
      new ValueType<>("text that is not empty", ValueTypes::text, Function.identity());

  static final ValueType<Integer> INTEGER =
      new ValueType<>("a whole number such as 4", Integer::parseInt, Object::toString);

  static final ValueType<Duration> DURATION_TYPE =
      new ValueType<>(
          "a duration such as 500ms, 30s, 5m or 24h", ValueTypes::duration, ValueTypes::show);

  static final ValueType<Long> BYTES_TYPE =
      new ValueType<>(
          "a number of bytes such as 65536, 512Ki, 64Mi or 1Gi",
          ValueTypes::bytes,
          ValueTypes::showBytes);

  static final ValueType<InetSocketAddress> ADDRESS =
      new ValueType<>(
          "an IP address and a port such as 0.0.0.0:15008 or [::1]:15008",
          text -> socket(text, ValueTypes::literal),
          ValueTypes::show);

  static final ValueType<InetSocketAddress> HOST_AND_PORT =
      new ValueType<>(
          "a host and a port such as control.isthmus-system:15012 or 10.0.0.1:15012",
          text -> socket(text, ValueTypes::host),
          ValueTypes::show);

  static final ValueType<InetAddress> IP =
      new ValueType<>(
          "an IP address such as 10.1.2.3 or fd00::1",
          ValueTypes::anyLiteral,
          InetAddress::getHostAddress);

  static final ValueType<Path> PATH =
      new ValueType<>(
          "the path of a file such as /etc/isthmus/bundle.json",
          text -> Path.of(text(text)),
          Path::toString);

  private ValueTypes() {}

  static ValueType<String> oneOf(List<String> choices) {
    return new ValueType<>(
        "one of " + String.join(", ", choices),
        text -> {
          if (!choices.contains(text)) {
            throw new IllegalArgumentException("not a choice");
          }
          return text;
        },
        Function.identity());
  }

  static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type) {
    E[] constants = type.getEnumConstants();
    List<String> choices = Arrays.stream(constants).map(ValueTypes::word).toList();
    ValueType<String> words = oneOf(choices);
    return new ValueType<>(
        words.expected(),
        text -> constants[choices.indexOf(words.parser().parse(text))],
        ValueTypes::word);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String text(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("empty");
    }
    return text;
  }

  private static Duration duration(String text) {
    Matcher matcher = matched(DURATION, text);
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }

  private static String show(Duration value) {
    long millis = value.toMillis();
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds == 0 || seconds % 60 != 0) {
      return seconds + "s";
    }
    return seconds % 3600 != 0 ? seconds / 60 + "m" : seconds / 3600 + "h";
  }

  private static long bytes(String text) {
    Matcher matcher = matched(BYTES, text);
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "Ki" -> Math.multiplyExact(count, 1L << 10);
      case "Mi" -> Math.multiplyExact(count, 1L << 20);
      case "Gi" -> Math.multiplyExact(count, 1L << 30);
      default -> count;
    };
  }

  private static String showBytes(long value) {
    String[] units = {"", "Ki", "Mi", "Gi"};
    int unit = 0;
    long shown = value;
    while (unit < 3 && shown != 0 && shown % 1024 == 0) {
      shown /= 1024;
      unit++;
    }
    return shown + units[unit];
  }

  private static InetSocketAddress socket(String text, ValueType.Parser<InetSocketAddress> host) {
    int colon = text.lastIndexOf(':');
    if (colon < 1 || colon + 6 < text.length()) {
      throw new IllegalArgumentException("no host and port");
    }
    int port = Integer.parseUnsignedInt(text, colon + 1, text.length(), 10);
    if (port > 65535 || !Character.isDigit(text.charAt(colon + 1))) {
      throw new IllegalArgumentException("no port");
    }
    InetSocketAddress parsed = host.parse(text.substring(0, colon));
    return parsed.isUnresolved()
        ? InetSocketAddress.createUnresolved(parsed.getHostString(), port)
        : new InetSocketAddress(parsed.getAddress(), port);
  }

  private static InetSocketAddress literal(String host) {
    if (host.startsWith("[") && host.endsWith("]")) {
      String inner = host.substring(1, host.length() - 1);
      if (inner.indexOf(':') < 0) {
        throw new IllegalArgumentException("brackets are for IPv6");
      }
      return new InetSocketAddress(InetAddress.ofLiteral(inner), 0);
    }
    matched(IPV4, host);
    return new InetSocketAddress(InetAddress.ofLiteral(host), 0);
  }

  private static InetSocketAddress host(String host) {
    if (host.startsWith("[") || IPV4.matcher(host).matches()) {
      return literal(host);
    }
    matched(HOST, host);
    return InetSocketAddress.createUnresolved(host, 0);
  }

  private static InetAddress anyLiteral(String text) {
    if (text.indexOf(':') < 0) {
      matched(IPV4, text);
    } else if (text.startsWith("[")) {
      throw new IllegalArgumentException("no brackets here");
    }
    return InetAddress.ofLiteral(text);
  }

  private static String show(InetSocketAddress value) {
    if (value.isUnresolved()) {
      return value.getHostString() + ":" + value.getPort();
    }
    String host = value.getAddress().getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + value.getPort();
  }

  private static Matcher matched(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("does not match " + pattern);
    }
    return matcher;
  }
}
