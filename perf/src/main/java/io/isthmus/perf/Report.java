package io.isthmus.perf;

import java.util.List;
import java.util.Locale;

/** The table that a person reads. */
final class Report {
  private Report() {}

  static String table(List<Measurement> measurements) {
    StringBuilder out = new StringBuilder();
    out.append(
        "| traffic | isthmus: CPU us a unit | haproxy | ratio (min..max) | bar | units |  |\n");
    out.append("|---|---|---|---|---|---|---|\n");
    for (Measurement measurement : measurements) {
      Kind kind = measurement.kind();
      Spread ratio = measurement.ratio();
      out.append(
          String.format(
              Locale.ROOT,
              "| %s | %.1f | %.1f | **%.2f** (%.2f..%.2f) | %.2f | %.0f %s | %s |%n",
              kind.name(),
              measurement.ours().median() * 1e6,
              measurement.peer().median() * 1e6,
              ratio.median(),
              ratio.min(),
              ratio.max(),
              kind.bar(),
              measurement.unitsOfOurs(),
              kind.unit() + "s",
              ratio.median() <= kind.bar() ? "reached" : "not reached"));
    }
    return out.toString();
  }

  static String line(String what, double value, double bar, String unit) {
    return String.format(
        Locale.ROOT,
        "| %s | %.1f %s | bar %.1f %s | %s |%n",
        what,
        value,
        unit,
        bar,
        unit,
        value <= bar ? "reached" : "not reached");
  }
}
