package io.isthmus.e2e.install;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A page for users, of whose sections the indented lines are typed here. */
record Page(Path file) {
  private static final String INDENT = "    ";

  /** How to install, link, call, and remove. */
  static Page ofInstalling(Path root) {
    return new Page(root.resolve("docs/install.md"));
  }

  /** All indented lines, without what explains them at their end. */
  List<String> lines() {
    return typed(text().stream());
  }

  /**
   * As {@link #lines()}, from a title to the next one.
   *
   * @param title without the {@code ##}
   */
  List<String> lines(String title) {
    List<String> all = text();
    int start = all.indexOf("## " + title);
    if (start < 0) {
      throw new IllegalArgumentException(
          "%s has no section '%s', whose commands are typed here".formatted(file, title));
    }
    return typed(all.stream().skip(start + 1L).takeWhile(line -> !line.startsWith("## ")));
  }

  private List<String> text() {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> typed(Stream<String> lines) {
    return lines
        .filter(line -> line.startsWith(INDENT))
        .map(line -> line.strip().replaceFirst("\\s+#.*", ""))
        .toList();
  }
}
