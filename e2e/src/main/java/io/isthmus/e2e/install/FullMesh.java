package io.isthmus.e2e.install;

import io.isthmus.cli.process.Command;
import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Clusters of which each is linked with each, and calls each. */
record FullMesh(Commands commands, List<KubernetesCluster> clusters) {
  private static final int NODE_PORT = 15443;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Replicas that were replaced are waited for until their reports are too old to count. */
  private static final Duration ROTATION = Duration.ofMinutes(10);

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
    scenarios.scenario(
        "a gateway behind a port of its node, which its peer's Link names, is called",
        this::portOfANode);
    scenarios.scenario(
        "while a root is replaced each new Pod gets its sidecar: the API server believes the webhook",
        this::webhookThroughARotation);
  }

  /** Until the webhook's own certificate stands on the next root. */
  private void webhookThroughARotation() {
    KubernetesCluster cluster = clusters.getFirst();
    // else time stands for those who fetch there, a quarter of an hour of it
    commands
        .operator()
        .isthmus("upgrade", "--context", cluster.name(), "--set", "control.bundleEndpoint=false");
    cluster.kubectl(
        "patch",
        "trustdomain",
        Commands.name(cluster),
        "--type=merge",
        "-p",
        """
        {"spec":{"authority":{"managed":{"leafLifetime":"30s"}},
                 "rotation":{"request":"Root","id":"webhook"}}}
        """);
    Eventually.holds(
        ROTATION,
        () -> {
          String now =
              cluster.kubectl(
                  "get",
                  "trustdomain",
                  Commands.name(cluster),
                  "-o",
                  "jsonpath={.status.phase} {.status.rotation.waitingFor}");
          mustBeInjected(cluster);
          return now.startsWith("Draining") ? "" : now;
        });
  }

  private static void mustBeInjected(KubernetesCluster cluster) {
    Command.Result made =
        cluster.attempt(
            "run",
            "made-meanwhile",
            "--image=localhost/app:1",
            "-n",
            Commands.SHOP,
            "--dry-run=server",
            "-o",
            "jsonpath={.spec.initContainers[*].name}");
    if (!made.output().contains("isthmus-proxy")) {
      throw new AssertionError("a Pod got no sidecar: " + made.output());
    }
  }

  /** Without a load balancer: of the last cluster, called by the first. */
  private void portOfANode() {
    KubernetesCluster caller = clusters.getFirst();
    KubernetesCluster called = clusters.getLast();
    called.kubectl(
        "label",
        "namespace",
        Commands.SYSTEM,
        "pod-security.kubernetes.io/enforce=privileged",
        "--overwrite");
    commands
        .operator()
        .isthmus(
            "upgrade",
            "--context",
            called.name(),
            "--gateway-set",
            "service.type=ClusterIP",
            "--gateway-set",
            "hostPort=" + NODE_PORT,
            "--gateway-set",
            "replicas=1");
    caller.kubectl(
        "patch",
        "link",
        Commands.name(called),
        "-n",
        Commands.SYSTEM,
        "--type=merge",
        "-p",
        "{\"spec\":{\"gateway\":{\"serviceRef\":null,\"addresses\":[{\"ip\":\"%s\",\"port\":%d}]}}}"
            .formatted(called.publicAddress(), NODE_PORT));
    Eventually.holds(
        LIMIT,
        () -> {
          String used =
              caller.kubectl(
                  "get",
                  "link",
                  Commands.name(called),
                  "-n",
                  Commands.SYSTEM,
                  "-o",
                  "jsonpath={.status.gateways[*].address} {.status.gateways[*].alive}");
          String expected = "%s:%d True".formatted(called.publicAddress(), NODE_PORT);
          return used.equals(expected) ? "" : "expected %s: %s".formatted(expected, used);
        });
    commands.awaitAnswer(caller, called);
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
