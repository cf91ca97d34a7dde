package io.isthmus.e2e.install;

import java.util.ArrayList;
import java.util.List;

/**
 * The commands by which a page leads from nothing to an answer across clusters {@code west} and
 * {@code east}. Each step begins with a line such as {@code # 1. install, in both clusters}.
 */
record FiveSteps(
    List<String> install,
    List<String> link,
    List<String> deploy,
    List<String> export,
    List<String> call) {
  private static final String TITLE = "From nothing to an answer";
  private static final int STEPS = 5;

  static FiveSteps of(Page page) {
    List<List<String>> steps = new ArrayList<>();
    for (String line : page.lines(TITLE)) {
      if (line.startsWith("# %d. ".formatted(steps.size() + 1))) {
        steps.add(new ArrayList<>());
      } else if (line.startsWith("#") || steps.isEmpty()) {
        throw new IllegalArgumentException(
            "%s, '%s': '%s', expected a line that begins with '# %d. '"
                .formatted(page.file(), TITLE, line, steps.size() + 1));
      } else {
        steps.getLast().add(line);
      }
    }
    if (steps.size() != STEPS) {
      throw new IllegalArgumentException(
          "%s, '%s': %d steps, expected %d".formatted(page.file(), TITLE, steps.size(), STEPS));
    }
    return new FiveSteps(steps.get(0), steps.get(1), steps.get(2), steps.get(3), steps.get(4));
  }
}
