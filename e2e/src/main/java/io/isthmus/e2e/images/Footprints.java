package io.isthmus.e2e.images;

import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.io.PrintStream;

/** How long processes took from start to ready, and what they keep resident; told, not judged. */
record Footprints(KubernetesCluster cluster) {
  private static final String RESIDENT =
      """
      for p in $(pgrep -x java); do
        jar=$(tr '\\0' '\\n' < /proc/$p/cmdline | grep -o 'isthmus-[a-z-]*\\.jar')
        awk -v jar="$jar" '/^Rss:/ { rss = $2 } /^Pss:/ { pss = $2 }
          END { printf "%-32s resident %4d MB, its share %4d MB\\n", jar, rss / 1024, pss / 1024 }' /proc/$p/smaps_rollup
      done
      """;

  void print(PrintStream out) {
    cluster.onNode("sh", "-c", RESIDENT).lines().forEach(line -> out.println("          " + line));
    for (String pod : new String[] {"hello", "web"}) {
      cluster
          .kubectl("logs", pod, "-n", "shop", "-c", "isthmus-proxy")
          .lines()
          .filter(line -> line.contains(" ready "))
          .forEach(line -> out.println("          " + pod + ": " + line));
    }
    cluster
        .kubectl("logs", "deployment/isthmus-gateway", "-n", "isthmus-system")
        .lines()
        .filter(line -> line.contains(" ready "))
        .forEach(line -> out.println("          gateway: " + line));
  }
}
