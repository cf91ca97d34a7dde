package io.isthmus.e2e.drills;

import io.isthmus.cli.process.Command;
import io.isthmus.e2e.install.CheckJson;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * One run of {@code isthmus check} for both clusters.
 *
 * @param took as the operator's clock says
 * @param fatal and warnings: what it found, in the words of pages
 * @param said all of it, for people
 */
record Checked(
    int exit, Duration took, List<Finding> fatal, List<Finding> warnings, List<String> said) {
  private static final Duration BAR = Duration.ofSeconds(10);

  static Checked by(Ground ground) {
    long began = System.nanoTime();
    Command.Result result =
        ground
            .operator()
            .attemptIsthmus(
                "check",
                "-o",
                "json",
                "--context",
                ground.west().name(),
                "--context",
                ground.east().name());
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    return read(result, took, ground);
  }

  private static Checked read(Command.Result result, Duration took, Ground ground) {
    List<Finding> fatal = new ArrayList<>();
    List<Finding> warnings = new ArrayList<>();
    List<String> said = new ArrayList<>();
    for (JsonNode each : CheckJson.results(result.exit(), ground.asInPages(result.output()))) {
      if (each.path("outcome").asString().equals("FAILED")) {
        Finding found =
            new Finding(
                each.path("cluster").asString(),
                each.path("id").asString(),
                each.path("object").asString());
        (each.path("severity").asString().equals("FATAL") ? fatal : warnings).add(found);
        said.add(found + ": " + each.path("seen").asString());
      }
    }
    return new Checked(result.exit(), took, fatal, warnings, said);
  }

  /**
   * Empty when all that is fatal is what the page names, and the other way round, and that was said
   * in time. Where the page names nothing all has to be well.
   */
  String differsFrom(DrillPage page) {
    List<Finding> missing = new ArrayList<>(page.named());
    missing.removeAll(fatal);
    Set<String> perhaps = page.perhaps();
    List<Finding> more =
        fatal.stream()
            .filter(found -> !page.named().contains(found) && !perhaps.contains(found.id()))
            .toList();
    boolean isExit = exit == (page.named().isEmpty() ? 0 : 1);
    if (missing.isEmpty() && more.isEmpty() && isExit && took.compareTo(BAR) < 0) {
      return "";
    }
    return "exit code %d after %s; not named: %s; not on the page: %s%n%s"
        .formatted(exit, took, missing, more, String.join("\n", said));
  }

  String isNotWell() {
    return exit == 0 && took.compareTo(BAR) < 0
        ? ""
        : "exit code %d after %s%n%s".formatted(exit, took, String.join("\n", said));
  }
}
