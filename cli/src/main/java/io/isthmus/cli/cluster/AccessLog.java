package io.isthmus.cli.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A proxy's access log: one JSON object a line. */
public record AccessLog(Path file) {

  public List<String> lines() {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /**
   * Waits for a line that is not among the first {@code seen}, for a line is written only when its
   * connection has ended.
   */
  public String await(int seen, String what, Predicate<String> wanted) {
    try {
      Waiting.until(what, Duration.ofSeconds(30), () -> firstAfter(seen, wanted).isPresent());
    } catch (ClusterException e) {
      List<String> lines = lines();
      throw new ClusterException(
          "%s%n  log: %s%n%s"
              .formatted(
                  e.getMessage(),
                  file,
                  String.join("\n", lines.subList(Math.min(seen, lines.size()), lines.size()))
                      .indent(4)),
          e);
    }
    return firstAfter(seen, wanted).orElseThrow();
  }

  private Optional<String> firstAfter(int seen, Predicate<String> wanted) {
    return lines().stream().skip(seen).filter(wanted).findFirst();
  }
}
