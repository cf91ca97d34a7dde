package io.isthmus.cli.check;

import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** A report for people: what to look at first, then what failed, layer by layer. */
final class ReportText {
  private static final String DOCS = "docs/checks.md";
  private final Report report;

  ReportText(Report report) {
    this.report = report;
  }

  String text() {
    StringBuilder text = new StringBuilder();
    report
        .first()
        .ifPresent(first ->
            text.append(
                "Look here first: %s (layer %s), seen from %s%n%n"
                    .formatted(first.id(), first.layer(), first.cluster())));
    List<Result> failed =
        report.results().stream()
            .filter(result -> result.outcome() == Result.Outcome.FAILED)
            .toList();
    for (Result result : failed) {
      text.append(
          "%-7s %s  from %s: %s%n  seen: %s%n  next: %s%n"
              .formatted(
                  Objects.requireNonNull(result.severity()).name().toLowerCase(Locale.ROOT),
                  result.id(),
                  result.cluster(),
                  result.object(),
                  result.seen(),
                  result.next()));
    }
    if (!failed.isEmpty()) {
      text.append('\n');
    }
    report.notLooked().forEach(line -> text.append("Not looked at: ").append(line).append('\n'));
    text.append(summary(failed));
    return text.toString();
  }

  private String summary(List<Result> failed) {
    long ok =
        report.results().stream().filter(result -> result.outcome() == Result.Outcome.OK).count();
    long not =
        report.results().stream()
            .filter(result -> result.outcome() == Result.Outcome.NOT_LOOKED)
            .count();
    return "%s: %d well, %d failed, %d not looked at; %.1f s. Each id is explained in %s.%n"
        .formatted(
            report.clusters().isEmpty() ? "no cluster" : String.join(", ", report.clusters()),
            ok,
            failed.size(),
            not,
            report.millis() / 1000.0,
            DOCS);
  }
}
