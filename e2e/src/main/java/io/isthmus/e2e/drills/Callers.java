package io.isthmus.e2e.drills;

import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.install.Commands;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import io.isthmus.e2e.kubernetes.ManifestFile;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Who calls all the time in both clusters, and its log: read on the node, since an API server may
 * be what is down.
 */
record Callers(Ground ground) {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration STEADY = Duration.ofSeconds(3);
  private static final String SHOP = Commands.SHOP;

  /** A call. {@code answer} is the status and curl's message. */
  private record Call(Instant began, String answer) {
    static Call of(String line) {
      String[] words = line.split(" ", 6); // time, stream, flag, status, seconds, message
      Instant ended = Instant.parse(words[0]);
      long nanos = (long) (Double.parseDouble(words[4]) * 1e9);
      return new Call(ended.minusNanos(nanos), words[3] + (words.length > 5 ? " " + words[5] : ""));
    }

    boolean isWell() {
      return answer.startsWith("200");
    }
  }

  /** What {@code FiveCommands} made has hello in east; here each cluster gets one, and a caller. */
  void start() {
    Commands commands = new Commands(ground.operator());
    commands.deployHello(ground.west());
    commands.export(ground.west(), "hello");
    String manifest = ManifestFile.read(Callers.class, "caller.yaml");
    ground.west().apply(manifest.formatted("hello-east"), SHOP);
    ground.east().apply(manifest.formatted("hello-west"), SHOP);
    for (KubernetesCluster cluster : List.of(ground.west(), ground.east())) {
      cluster.kubectl(
          "wait", "--for=condition=Available", "deployment", "--all", "-n", SHOP, "--timeout=90s");
    }
    mustBeWell(LIMIT);
  }

  /** Makes those of a cluster anew, with certificates of today's lifetime. */
  static void renew(KubernetesCluster cluster) {
    cluster.kubectl("rollout", "restart", "deployment", "caller", "-n", SHOP);
    cluster.kubectl("rollout", "status", "deployment", "caller", "-n", SHOP, "--timeout=90s");
  }

  private List<Call> calls(Flow flow, Instant from) {
    return ground
        .cluster(flow.from())
        .onNode(
            "sh",
            "-c",
            "tail -n 3000 -q /var/log/pods/shop_caller-*/%s/*.log".formatted(flow.container()))
        .lines()
        .filter(line -> line.contains(" stdout F "))
        .map(Call::of)
        .filter(call -> !call.began().isBefore(from))
        .toList();
  }

  /** Until all calls of the last seconds were answered, everywhere. */
  void mustBeWell(Duration limit) {
    Eventually.holds(
        limit,
        () -> {
          Instant from = Instant.now().minus(STEADY);
          for (Flow flow : Flow.values()) {
            List<Call> calls = calls(flow, from);
            List<String> failed = failures(calls);
            if (calls.size() < 3 || !failed.isEmpty()) {
              return "%s: %d calls, failed: %s".formatted(flow, calls.size(), failed);
            }
          }
          return "";
        });
  }

  /** No call of these has failed that began since then. */
  void mustHaveGoneOn(Set<Flow> flows, Instant from) {
    for (Flow flow : flows) {
      List<Call> calls = calls(flow, from);
      List<String> failed = failures(calls);
      if (calls.isEmpty() || !failed.isEmpty()) {
        throw new AssertionError(
            "%s: of %d calls failed %d: %s"
                .formatted(flow, calls.size(), failed.size(), failed.stream().limit(5).toList()));
      }
    }
  }

  /** How many failed of those that were not to go on: for people. */
  long failed(Flow flow, Instant from) {
    return failures(calls(flow, from)).size();
  }

  private static List<String> failures(List<Call> calls) {
    return calls.stream().filter(call -> !call.isWell()).map(Call::toString).toList();
  }
}
