package io.isthmus.e2e.trust;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What fortio counted.
 *
 * @param rate requests a second that were really made
 * @param codes requests by HTTP status; -1 for those without an answer
 */
record FortioResult(double rate, Map<String, Long> codes) {
  private static final String OK = "200";

  static FortioResult of(String json) {
    JsonNode root = JsonMapper.shared().readTree(json);
    Map<String, Long> codes = new TreeMap<>();
    root.required("RetCodes")
        .properties()
        .forEach(entry -> codes.put(entry.getKey(), entry.getValue().asLong()));
    return new FortioResult(root.required("ActualQPS").asDouble(), codes);
  }

  long requests() {
    return codes.values().stream().mapToLong(Long::longValue).sum();
  }

  long failed() {
    return requests() - codes.getOrDefault(OK, 0L);
  }

  /** Failed ones by their status. */
  String failures() {
    return codes.entrySet().stream()
        .filter(entry -> !entry.getKey().equals(OK))
        .map(entry -> entry.getValue() + " of status " + entry.getKey())
        .collect(Collectors.joining(", "));
  }
}
