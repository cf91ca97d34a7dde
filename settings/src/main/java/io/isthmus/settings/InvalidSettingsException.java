package io.isthmus.settings;

import java.util.List;

/** Everything that is wrong with the settings a process was given, in one message. */
public final class InvalidSettingsException extends Exception {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  InvalidSettingsException(List<String> problems) {
    super(
        (problems.size() == 1 ? "1 problem" : problems.size() + " problems")
            + " in the settings:\n  "
            + String.join("\n  ", problems));
    this.problems = List.copyOf(problems);
  }

  /** One line each: key, value, what was expected. */
  public List<String> problems() {
    return problems;
  }
}
