package io.isthmus.e2e.availability;

import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.install.Commands;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.time.Duration;
import java.util.List;

/**
 * Calls by curl in the client's Pod, each on a connection of its own, one after the other without
 * end. They live as long as the cluster, and write a line each: time, status, what curl said.
 */
final class CountedCalls {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String FILE = "/tmp/calls";

  private static final String LOOP =
      """
      while :; do
        said=$(curl -sS -o /dev/null -m 10 -w '%%{http_code}' %s 2>&1)
        echo "$(date +%%T) $said" | tr '\\n' ' '
        echo
        sleep 0.1
      done
      """;

  private final KubernetesCluster cluster;
  private final String url;
  private int told;

  CountedCalls(KubernetesCluster cluster, String url) {
    this.cluster = cluster;
    this.url = url;
  }

  /** How many there were, and the lines of those that failed. */
  record Count(int all, List<String> failed) {}

  void start() {
    inClient(
        "echo \"$1\" > /tmp/loop; setsid sh /tmp/loop > %s 2>&1 < /dev/null &".formatted(FILE),
        LOOP.formatted(url));
    awaitMore(20);
  }

  /** Until this many more calls have ended: what went before has had its effect on some. */
  void awaitMore(int calls) {
    int before = count().all();
    Eventually.holds(
        LIMIT,
        () -> {
          int now = count().all();
          return now >= before + calls ? "" : "%d calls, then %d".formatted(before, now);
        });
  }

  Count count() {
    List<String> lines = inClient("cat " + FILE, "").lines().toList();
    return new Count(
        lines.size(), lines.stream().filter(line -> !line.matches("[0-9:]+ 200 ?")).toList());
  }

  /** Of those since it was asked last: a failure is told once. */
  void noneFailed() {
    Count count = count();
    List<String> failed = count.failed().subList(told, count.failed().size());
    told = count.failed().size();
    System.out.printf("          %d calls, %d failed%n", count.all(), told);
    if (!failed.isEmpty()) {
      throw new AssertionError(
          "%d failed:%n%s".formatted(failed.size(), String.join("\n", failed)));
    }
  }

  private String inClient(String script, String argument) {
    return cluster.kubectl(
        "exec",
        "-n",
        Commands.SHOP,
        "deployment/client",
        "-c",
        "client",
        "--",
        "sh",
        "-c",
        script,
        "sh",
        argument);
  }
}
