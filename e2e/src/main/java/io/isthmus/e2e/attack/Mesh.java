package io.isthmus.e2e.attack;

import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import io.isthmus.e2e.kubernetes.ManifestFile;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** What is attacked, and how its operators see that it was. */
record Mesh(KubernetesCluster west, KubernetesCluster east) {
  static final String SHOP = "shop";
  static final String SYSTEM = "isthmus-system";
  private static final Duration LIMIT = Duration.ofSeconds(20);

  static String manifest(String name) {
    return ManifestFile.read(Mesh.class, name);
  }

  /** Its Pods' addresses. */
  static List<String> pods(KubernetesCluster cluster, String namespace, String selector) {
    return List.of(
        cluster
            .kubectl(
                "get",
                "pods",
                "-n",
                namespace,
                "-l",
                selector,
                "--field-selector=status.phase=Running",
                "-o",
                "jsonpath={.items[*].status.podIP}")
            .split(" "));
  }

  /** The sum of a counter over the replicas of west's control plane; {@code series} in part. */
  double control(String series) {
    return pods(west, SYSTEM, "app.kubernetes.io/name=isthmus-control").stream()
        .mapToDouble(ip -> value(scrape(west, ip + ":15014"), series))
        .sum();
  }

  private static String scrape(KubernetesCluster cluster, String address) {
    return cluster.onNode("curl", "-sf", "-m", "5", "http://" + address + "/metrics");
  }

  /** What east's gateways have refused as denied. */
  double gatewayRefusals() {
    return pods(east, SYSTEM, "app.kubernetes.io/name=isthmus-gateway").stream()
        .mapToDouble(ip -> ended(east, ip + ":15020", "denied"))
        .sum();
  }

  /** Connections that a proxy has ended for that reason. */
  static double ended(KubernetesCluster cluster, String metrics, String reason) {
    return value(
        scrape(cluster, metrics),
        "isthmus_connections_closed_total{",
        "reason=\"%s\"".formatted(reason));
  }

  private static double value(String metrics, String... words) {
    return metrics
        .lines()
        .filter(line -> Stream.of(words).allMatch(line::contains))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  /** Runs an attempt, after which a counter of west's control plane has to be higher. */
  void mustCount(String series, Runnable attempt) {
    double before = control(series);
    attempt.run();
    Eventually.holds(LIMIT, () -> control(series) > before ? "" : series + " stays at " + before);
  }

  /** A line of east's gateways with all of these words. */
  void gatewayLogs(String... words) {
    logs(
        cluster ->
            cluster.kubectl(
                "logs", "-l", "app.kubernetes.io/name=isthmus-gateway", "-n", SYSTEM, "--tail=-1"),
        east,
        words);
  }

  /** A line of a Pod's sidecar in shop. */
  static void sidecarLogs(KubernetesCluster cluster, String pod, String... words) {
    logs(
        each -> each.kubectl("logs", pod, "-n", SHOP, "-c", "isthmus-proxy", "--tail=-1"),
        cluster,
        words);
  }

  private static void logs(
      Function<KubernetesCluster, String> log, KubernetesCluster cluster, String... words) {
    Eventually.holds(
        LIMIT,
        () -> {
          String text = log.apply(cluster);
          return text.lines().anyMatch(line -> Stream.of(words).allMatch(line::contains))
              ? ""
              : "no line with %s:%n%s".formatted(List.of(words), text);
        });
  }
}
