package io.isthmus.mirror.link;

import io.isthmus.api.link.LinkStatus;
import io.isthmus.mirror.plan.MirrorPlan;
import io.isthmus.mirror.plan.Problem;
import io.isthmus.mirror.status.Finding;
import java.util.List;

/** What the status says of a carried-out plan. */
final class ExportReport {
  private static final String TYPE = LinkStatus.SYNCED;

  private ExportReport() {}

  static Finding finding(MirrorPlan plan, Writes.Result result) {
    if (!result.failures().isEmpty()) {
      return Finding.no(TYPE, "WriteFailed", result.failures().getFirst());
    }
    List<Problem> waiting =
        plan.problems().stream().filter(Problem.NamespaceMissing.class::isInstance).toList();
    List<Problem> failing =
        plan.problems().stream().filter(p -> !(p instanceof Problem.NamespaceMissing)).toList();
    if (!failing.isEmpty()) {
      return Finding.no(TYPE, failing.getFirst().reason(), messages(failing));
    }
    return waiting.isEmpty()
        ? Finding.yes(TYPE, "Synced", "every export has its mirror")
        : Finding.yes(TYPE, "NamespaceMissing", messages(waiting));
  }

  private static String messages(List<Problem> problems) {
    String first = problems.getFirst().message();
    return problems.size() == 1 ? first : first + " (and " + (problems.size() - 1) + " more)";
  }
}
