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

  void noneFailed() {
    Count count = count();
    System.out.printf("          %d calls, %d failed%n", count.all(), count.failed().size());
    if (!count.failed().isEmpty()) {
      throw new AssertionError(
          "%d of %d failed:%n%s"
              .formatted(count.failed().size(), count.all(), String.join("\n", count.failed())));
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
