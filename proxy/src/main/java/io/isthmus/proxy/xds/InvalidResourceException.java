package io.isthmus.proxy.xds;

import org.jspecify.annotations.Nullable;

/** A resource that is not taken: names it, the field, the value and what was expected. */
final class InvalidResourceException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidResourceException(String resource, String field, @Nullable Object value, String expected) {
    super("%s: %s is %s: expected %s".formatted(resource, field, quoted(value), expected));
  }

  private static String quoted(@Nullable Object value) {
    String text = String.valueOf(value).replaceAll("\\s+", " ").strip();
    return '"' + (text.length() > 200 ? text.substring(0, 200) + "..." : text) + '"';
  }
}
