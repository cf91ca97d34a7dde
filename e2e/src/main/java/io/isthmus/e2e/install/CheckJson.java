package io.isthmus.e2e.install;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code isthmus check -o json} printed. */
public final class CheckJson {
  private CheckJson() {}

  /**
   * The results, between other lines that may have been printed.
   *
   * @param output of the command with that exit code
   */
  public static JsonNode results(int exit, String output) {
    int begin = output.startsWith("{") ? 0 : output.indexOf("\n{") + 1;
    int end = output.lastIndexOf('}') + 1;
    if (end <= begin) {
      throw new AssertionError("isthmus check exited %d: %s".formatted(exit, output));
    }
    return JsonMapper.shared().readTree(output.substring(begin, end)).path("results");
  }
}
