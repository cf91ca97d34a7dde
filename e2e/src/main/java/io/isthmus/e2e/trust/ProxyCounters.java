package io.isthmus.e2e.trust;

import io.isthmus.e2e.mesh.Cluster;
import io.isthmus.e2e.site.Addresses;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Series of all proxies' metrics that count what must not happen, by cluster, proxy and labels; and
 * how many handshakes and connections there were at all.
 */
record ProxyCounters(Map<String, Double> failures, Map<String, Double> successes) {
  private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*)})? (\\S+)");
  private static final Pattern ORDERLY =
      Pattern.compile(".*reason=\"closed_by_(caller|target)\".*");

  /**
   * At a gateway, an end-to-end stream whose session has ended: the destination closes its socket,
   * and the caller's last TLS record meets a closed one. A session that is cut is counted by the
   * sidecars at its ends, as {@code caller_lost} and {@code target_lost}.
   */
  private static final Pattern LEFT_AT_AN_END =
      Pattern.compile(".*direction=\"gateway\".*reason=\"(left|reset)_by_target\".*");

  static ProxyCounters of(List<Cluster> clusters) {
    ProxyCounters all = new ProxyCounters(new TreeMap<>(), new TreeMap<>());
    for (Cluster cluster : clusters) {
      String name = cluster.site().name();
      all.add(
          name + "/gateway",
          cluster.gatewayPod().run("curl", "-sf", metricsOf(Addresses.EASTWEST)));
      all.add(
          name + "/sidecar",
          cluster.workloadPod().run("curl", "-sf", metricsOf(Addresses.WORKLOAD)));
    }
    return all;
  }

  private static String metricsOf(String pod) {
    return "http://" + pod + ":15020/metrics";
  }

  void add(String proxy, String scrape) {
    for (String line : scrape.lines().toList()) {
      Matcher sample = SAMPLE.matcher(line);
      if (sample.matches()) {
        String labels = sample.group(2) == null ? "" : sample.group(2);
        String series = "%s %s{%s}".formatted(proxy, sample.group(1), labels);
        double value = Double.parseDouble(sample.group(3));
        switch (sample.group(1)) {
          case "isthmus_handshakes_total" ->
              (labels.contains("result=\"ok\"") ? successes : failures).put(series, value);
          case "isthmus_connections_closed_total" ->
              (isOrderly(labels) ? successes : failures).put(series, value);
          case "isthmus_tunnels_failed_total",
              "isthmus_tunnels_refused_total",
              "isthmus_trust_generations_refused_total",
              "isthmus_config_rejected_total" ->
              failures.put(series, value);
          default -> {}
        }
      }
    }
  }

  private static boolean isOrderly(String labels) {
    return ORDERLY.matcher(labels).matches() || LEFT_AT_AN_END.matcher(labels).matches();
  }

  /** What must not happen and did since {@code before}, a line a series. */
  List<String> failuresSince(ProxyCounters before) {
    List<String> found = new ArrayList<>();
    failures.forEach((series, value) -> {
      double more = value - before.failures.getOrDefault(series, 0.0);
      if (more > 0) {
        found.add("%s: %d".formatted(series, (long) more));
      }
    });
    return found;
  }

  /** How often {@code metric} counted what should happen since {@code before}. */
  long successesSince(ProxyCounters before, String metric) {
    return successes.entrySet().stream()
        .filter(entry -> entry.getKey().contains(" " + metric + "{"))
        .mapToLong(
            entry -> (long) (entry.getValue() - before.successes.getOrDefault(entry.getKey(), 0.0)))
        .sum();
  }
}
