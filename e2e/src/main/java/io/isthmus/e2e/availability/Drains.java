package io.isthmus.e2e.availability;

import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.install.Commands;
import io.isthmus.e2e.install.Operator;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import io.isthmus.e2e.kubernetes.ManifestFile;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Each of a cluster's two nodes is drained in turn, as for its maintenance.
 *
 * @param calls that go on meanwhile, to {@code cluster}
 */
record Drains(Operator operator, CountedCalls calls, KubernetesCluster cluster) {
  private static final Duration LIMIT = Duration.ofSeconds(120);

  /** What an app needs for that itself: a second replica, a budget, and time to hear of its end. */
  private static final String STAYS =
      """
      {"spec": {"replicas": 2, "template": {"spec": {"terminationGracePeriodSeconds": 10, "containers": [
        {"name": "hello", "lifecycle": {"preStop": {"sleep": {"seconds": 3}}}}]}}}}
      """;

  void run(Scenarios scenarios) {
    scenarios.stage("a second node joins the cluster that is called", cluster::addNode);
    scenarios.stage("what is called gets a second replica and a budget", this::prepare);
    scenarios.stage("replicas of the mesh are spread over both nodes", this::spread);
    for (String node : nodes().reversed()) {
      scenarios.scenario(
          "node %s is drained: the other one takes over, and no call fails".formatted(node),
          () -> drain(node));
    }
  }

  private void prepare() {
    cluster.kubectl("patch", "deployment", "hello", "-n", Commands.SHOP, "-p", STAYS);
    cluster.kubectl("rollout", "status", "deployment/hello", "-n", Commands.SHOP, "--timeout=120s");
    cluster.apply(ManifestFile.read(Drains.class, "hello-stays.yaml"), Commands.SHOP);
  }

  /** Else a drain of one would show nothing. */
  private void spread() {
    for (Component component : components()) {
      Eventually.holds(
          LIMIT,
          () -> {
            if (onNodes(component).size() > 1) {
              return "";
            }
            component.delete(component.pods().getFirst()); // its successor avoids the other one's
            component.awaitAvailable();
            return component.name() + " is on one node: " + onNodes(component);
          });
    }
  }

  private void drain(String node) {
    operator.kubectl(
        cluster,
        "drain",
        node,
        "--ignore-daemonsets",
        "--delete-emptydir-data",
        "--force",
        "--timeout=200s");
    for (Component component : components()) {
      component.awaitAvailable();
      if (onNodes(component).contains(node)) {
        throw new AssertionError(component.name() + " is on " + node + ", which was drained");
      }
    }
    calls.awaitMore(20);
    operator.kubectl(cluster, "uncordon", node);
    calls.noneFailed();
  }

  private List<Component> components() {
    return Stream.of(
            Component.control(cluster),
            Component.mirrorController(cluster),
            Component.gateway(cluster))
        .toList();
  }

  private TreeSet<String> onNodes(Component component) {
    return new TreeSet<>(component.nodes());
  }

  private List<String> nodes() {
    return Arrays.asList(
        cluster.kubectl("get", "nodes", "-o", "jsonpath={.items[*].metadata.name}").split(" "));
  }
}
