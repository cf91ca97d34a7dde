package io.isthmus.cli.demo;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One line of an access log, taken apart. */
record LogLine(Map<String, Object> fields) {

  /** Empty for a line that is no JSON object. */
  static Optional<LogLine> parse(String line) {
    try {
      @SuppressWarnings("unchecked") // a JSON object
      Map<String, Object> fields = Serialization.unmarshal(line, Map.class);
      return Optional.ofNullable(fields).map(LogLine::new);
    } catch (RuntimeException e) {
      return Optional.empty(); // the line is still being written
    }
  }

  /** Whether the line has this value under this dotted name. */
  boolean has(String name, String value) {
    return value.equals(String.valueOf(find(fields, name)));
  }

  String get(String name) {
    return String.valueOf(find(fields, name));
  }

  private static @Nullable Object find(Map<?, ?> fields, String name) {
    if (fields.containsKey(name)) {
      return fields.get(name);
    }
    int dot = name.indexOf('.');
    return dot > 0 && fields.get(name.substring(0, dot)) instanceof Map<?, ?> nested
        ? find(nested, name.substring(dot + 1))
        : null;
  }
}
