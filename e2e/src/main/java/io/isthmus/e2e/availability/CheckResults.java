package io.isthmus.e2e.availability;

import io.isthmus.cli.process.Command;
import io.isthmus.e2e.install.CheckJson;
import io.isthmus.e2e.install.Operator;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** What {@code isthmus check} came to for one of its checks, when it was typed with these words. */
record CheckResults(Operator operator, List<String> words) {

  /** Those that are not well; it has to have been looked at. */
  List<JsonNode> notWell(String id) {
    List<String> line = new ArrayList<>(List.of("check", "-o", "json"));
    line.addAll(words);
    Command.Result result = operator.attemptIsthmus(line.toArray(String[]::new));
    List<JsonNode> all = new ArrayList<>();
    for (JsonNode each : CheckJson.results(result.exit(), result.output())) {
      if (each.path("id").asString().equals(id)) {
        all.add(each);
      }
    }
    mustBe(!all.isEmpty(), "%s is looked at: %s".formatted(id, result.output()));
    all.removeIf(each -> each.path("outcome").asString().equals("OK"));
    return all;
  }

  static void mustBe(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("expected that " + what);
    }
  }
}
