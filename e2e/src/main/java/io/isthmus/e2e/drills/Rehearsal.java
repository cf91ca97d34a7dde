package io.isthmus.e2e.drills;

import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.Scenarios;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Runs drills: all is well; the fault; {@code isthmus check} names it; the operator does what the
 * page says; all is well again, and what goes on has gone on all the time.
 */
record Rehearsal(Path root, Ground ground, Callers callers) {
  private static final Duration NAMED = Duration.ofSeconds(90);

  void run(Scenarios scenarios, List<Drill> drills) {
    for (Drill drill : drills) {
      DrillPage page = DrillPage.of(root, drill.name());
      scenarios.scenario(drill.name() + ": " + page.title(), () -> run(drill, page));
    }
  }

  private void run(Drill drill, DrillPage page) throws Exception {
    mustBeWell(Drill.RECOVERED);
    Instant from = Instant.now();
    try {
      drill.fault().run();
      Duration named = since(from);
      Checked[] last = new Checked[1];
      Eventually.holds(
          NAMED,
          () -> {
            last[0] = Checked.by(ground);
            return last[0].differsFrom(page);
          });
      print(
          "named %.0f s after the fault (made in %.0f s), by a check of %.1f s",
          since(from), named, last[0].took());
      last[0].said().forEach(line -> System.out.println("            " + line));
      drill.meanwhile().run();
    } finally {
      mend(drill, page);
    }
    Instant mended = Instant.now();
    mustBeWell(drill.recovered());
    print("well again %.0f s after it was mended", since(mended));
    System.out.println(
        "          calls that failed: "
            + Arrays.stream(Flow.values())
                .map(flow -> flow + " " + callers.failed(flow, from))
                .collect(Collectors.joining(", ")));
    callers.mustHaveGoneOn(page.goesOn(), from);
  }

  /** Whatever happened, for the sake of the next drill. */
  private void mend(Drill drill, DrillPage page) throws Exception {
    try {
      page.commands().forEach(ground::type);
    } finally {
      drill.mended().run();
    }
  }

  private void mustBeWell(Duration limit) {
    callers.mustBeWell(limit);
    Eventually.holds(limit, () -> Checked.by(ground).isNotWell());
  }

  private static Duration since(Instant then) {
    return Duration.between(then, Instant.now());
  }

  private static void print(String format, Duration... times) {
    Object[] seconds = Arrays.stream(times).map(time -> time.toMillis() / 1000.0).toArray();
    System.out.printf(Locale.ROOT, "          " + format + "%n", seconds);
  }
}
