package io.isthmus.cli.demo;

import java.util.List;

/**
 * What a step of the story shows.
 *
 * @param line what happened, in one line
 * @param evidence lines of output or of a log that show it
 */
public record Told(String line, List<String> evidence) {
  public Told {
    evidence = List.copyOf(evidence);
  }

  static Told of(String line, String... evidence) {
    return new Told(line, List.of(evidence));
  }
}
