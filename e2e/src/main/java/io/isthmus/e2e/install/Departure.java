package io.isthmus.e2e.install;

import io.isthmus.api.ObjectNames;
import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Uninstalls what {@link FiveCommands} installed.
 *
 * @param before what was in each cluster before
 */
public record Departure(Operator operator, Map<KubernetesCluster, Inventory> before) {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** From what is in the clusters now, before anything is installed. */
  public static Departure from(Clusters clusters) {
    return new Departure(
        clusters.operator(),
        clusters.all().stream().collect(Collectors.toMap(each -> each, Inventory::of)));
  }

  /** As the page says for Helm; the rest is for {@link #run}. */
  void byHelm(Scenarios scenarios) {
    scenarios.scenario(
        "helm uninstall ends well, and leaves Links and the keys of the trust domain",
        () -> before.keySet().forEach(this::withoutReleases));
  }

  public void run(Scenarios scenarios) {
    scenarios.scenario(
        "traces are where they are looked for: on the namespace, and as rules in a Pod",
        () -> before.keySet().forEach(Departure::traced));
    scenarios.scenario(
        "isthmus uninstall ends well, in both clusters",
        () ->
            before
                .keySet()
                .forEach(each -> operator.isthmus("uninstall", "--yes", "--context", each.name())));
    scenarios.scenario(
        "apps that are restarted run on without a sidecar",
        () -> before.keySet().forEach(this::restarted));
    scenarios.scenario(
        "no label and no annotation of the mesh is left, and no rules in Pods",
        () -> before.keySet().forEach(Departure::untraced));
    scenarios.scenario(
        "nothing is left: with the apps gone, the clusters hold what they held before",
        () -> before.forEach(this::empty));
  }

  private void withoutReleases(KubernetesCluster cluster) {
    TestbedLine testbed = TestbedLine.on(operator.root(), cluster);
    Page.ofInstalling(operator.root()).lines("Uninstalling").stream()
        .filter(line -> line.startsWith("helm "))
        .forEach(line -> operator.type(testbed.of(line)));
    String left =
        cluster.kubectl("get", "links.isthmus.io,secrets", "-n", Commands.SYSTEM, "-o", "name");
    if (!left.contains("link.isthmus.io/")
        || !left.lines().toList().contains("secret/" + ObjectNames.ISSUER_SECRET)) {
      throw new AssertionError("%s has only %s".formatted(cluster.name(), left.lines().toList()));
    }
  }

  private static void traced(KubernetesCluster cluster) {
    Set<String> marks = Traces.marks(cluster);
    if (!marks.contains("Namespace shop isthmus.io/injection")) {
      throw new AssertionError("%s has only the marks %s".formatted(cluster.name(), marks));
    }
    if (Traces.captured(cluster).isEmpty()) {
      throw new AssertionError("no Pod of %s has rules".formatted(cluster.name()));
    }
  }

  private static void untraced(KubernetesCluster cluster) {
    Eventually.holds(
        LIMIT,
        () -> {
          Set<String> marks = Traces.marks(cluster);
          String captured = Traces.captured(cluster);
          return marks.isEmpty() && captured.isEmpty()
              ? ""
              : "%s has marks %s and rules in %s".formatted(cluster.name(), marks, captured);
        });
  }

  private void restarted(KubernetesCluster cluster) {
    cluster.kubectl("rollout", "restart", "deployment", "-n", Commands.SHOP);
    cluster.kubectl("rollout", "status", "deployment", "-n", Commands.SHOP, "--timeout=60s");
    Eventually.holds(
        LIMIT,
        () -> {
          String containers =
              cluster.kubectl(
                  "get",
                  "pods",
                  "-n",
                  Commands.SHOP,
                  "-o",
                  "jsonpath={.items[*].spec['initContainers','containers'][*].name}");
          return containers.isBlank() || containers.contains("isthmus-")
              ? "containers in shop: " + containers
              : "";
        });
  }

  private void empty(KubernetesCluster cluster, Inventory then) {
    cluster.kubectl("delete", "namespace", Commands.SHOP, "--wait=true", "--timeout=60s");
    Eventually.holds(
        LIMIT,
        () -> {
          var more = Inventory.of(cluster).since(then);
          return more.isEmpty() ? "" : cluster.name() + " holds still: " + more;
        });
  }
}
