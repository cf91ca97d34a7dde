package io.isthmus.e2e.install;

import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Clusters of which each is linked with each, and calls each. */
record FullMesh(Commands commands, List<KubernetesCluster> clusters) {

  /** Two clusters, one after the other in the list's order. */
  private record Pair(KubernetesCluster one, KubernetesCluster other) {
    void inBothDirections(Commands commands) {
      commands.awaitAnswer(one, other);
      commands.awaitAnswer(other, one);
    }
  }

  void run(Scenarios scenarios) {
    scenarios.stage("isthmus install, in each cluster", () -> each(commands::install));
    scenarios.stage(
        "isthmus link create, for each pair",
        () -> pairs().forEach(pair -> commands.link(pair.one(), pair.other())));
    scenarios.stage(
        "annotate the namespaces, and deploy a caller and a Service in each", this::deploy);
    scenarios.stage("label the Services", () -> each(cluster -> commands.export(cluster, "hello")));
    for (Pair pair : pairs()) {
      scenarios.scenario(
          "%s and %s call each other"
              .formatted(Commands.name(pair.one()), Commands.name(pair.other())),
          () -> pair.inBothDirections(commands));
    }
    scenarios.scenario(
        "each cluster has a mirror of each other one's Service, and no more", this::mirrors);
  }

  private void deploy() {
    each(commands::createNamespace);
    each(commands::annotateNamespace);
    each(commands::awaitInjection);
    each(commands::deployHello);
    each(commands::deployClient);
    each(commands::awaitClient);
  }

  private void mirrors() {
    for (KubernetesCluster cluster : clusters) {
      List<String> expected = new ArrayList<>(List.of("hello"));
      clusters.stream()
          .filter(other -> other != cluster)
          .map(other -> "hello-" + Commands.name(other))
          .forEach(expected::add);
      List<String> names =
          List.of(
              cluster
                  .kubectl(
                      "get",
                      "services",
                      "-n",
                      Commands.SHOP,
                      "-o",
                      "jsonpath={.items[*].metadata.name}")
                  .split(" "));
      if (!names.stream().sorted().toList().equals(expected.stream().sorted().toList())) {
        throw new AssertionError(
            "%s has the Services %s, expected %s".formatted(cluster.name(), names, expected));
      }
    }
  }

  private List<Pair> pairs() {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < clusters.size(); i++) {
      for (int j = i + 1; j < clusters.size(); j++) {
        pairs.add(new Pair(clusters.get(i), clusters.get(j)));
      }
    }
    return pairs;
  }

  private void each(Consumer<KubernetesCluster> step) {
    clusters.forEach(step);
  }
}
