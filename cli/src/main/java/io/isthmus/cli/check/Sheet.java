package io.isthmus.cli.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/** Collects what the checks of one cluster come to. Single-threaded. */
final class Sheet {
  private final String cluster;
  private final List<Result> results = new ArrayList<>();

  Sheet(String cluster) {
    this.cluster = cluster;
  }

  /**
   * @param needs without all of which nothing is decided
   * @param problems none of them when it is well
   */
  void check(Check check, List<Reading<?>> needs, Supplier<List<Problem>> problems) {
    long began = System.nanoTime();
    for (Reading<?> need : needs) {
      if (need instanceof Reading.Unread<?>(String why, Duration took)) {
        results.add(
            new Result(
                check.id(),
                check.layer().word(),
                Result.Outcome.NOT_LOOKED,
                cluster,
                null,
                null,
                why,
                null,
                took.toMillis()));
        return;
      }
    }
    List<Problem> found = problems.get();
    Duration read =
        needs.stream().map(Reading::took).max(Comparator.naturalOrder()).orElse(Duration.ZERO);
    long millis = read.plusNanos(System.nanoTime() - began).toMillis();
    if (found.isEmpty()) {
      results.add(
          new Result(
              check.id(),
              check.layer().word(),
              Result.Outcome.OK,
              cluster,
              null,
              null,
              null,
              null,
              millis));
    }
    for (Problem problem : found) {
      results.add(
          new Result(
              check.id(),
              check.layer().word(),
              Result.Outcome.FAILED,
              cluster,
              problem.severity(),
              problem.object(),
              problem.seen(),
              problem.next(),
              millis));
    }
  }

  List<Result> results() {
    return List.copyOf(results);
  }
}
