package io.isthmus.cli;

import java.util.Locale;

/** In which form data is printed. */
public enum OutputFormat {
  TABLE,
  JSON,
  YAML;

  /** As it is typed. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
