package io.isthmus.cli.trust;

import java.util.Locale;

/** What of an authority a verb is about. */
enum What {
  /** The root, and the issuer under it. */
  ROOT("Root"),

  /** The issuer alone, under the same root. */
  ISSUER("Issuer");

  private final String request;

  What(String request) {
    this.request = request;
  }

  /** As {@code spec.rotation.request} has it. */
  String request() {
    return request;
  }

  /** As it is typed. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
