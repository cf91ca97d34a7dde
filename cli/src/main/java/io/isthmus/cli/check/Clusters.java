package io.isthmus.cli.check;

import io.fabric8.kubernetes.api.model.NodeList;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.apps.DeploymentList;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.PeerCredentials;
import io.isthmus.cli.check.ClusterFacts.Server;
import io.isthmus.cli.link.LinkCredentials;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * The clusters at the contexts, and with the credentials of their Links their peers.
 *
 * @param notLooked what could not be looked at, and why
 * @param surveys what nodes met, by cluster, of those whose nodes were asked
 */
record Clusters(
    List<ClusterFacts> all,
    List<String> notLooked,
    Map<String, Reading<List<NodeSurvey.Seen>>> surveys) {

  static Clusters of(List<ClusterFacts> all, List<String> notLooked) {
    return new Clusters(List.copyOf(all), List.copyOf(notLooked), Map.of());
  }

  /** The same, with what the nodes of those met that are at the contexts. */
  Clusters withNodes(Map<String, Config> contexts, String namespace) {
    Map<String, Reading<List<NodeSurvey.Seen>>> seen = new LinkedHashMap<>();
    List<String> more = new ArrayList<>(notLooked);
    try (Calls calls = new Calls(List.of(NodeList.class, PodList.class, DeploymentList.class))) {
      Map<String, CompletableFuture<Reading<NodeSurvey.Outcome>>> asked = new LinkedHashMap<>();
      contexts.forEach((context, config) ->
          all.stream()
              .filter(facts -> facts.isReached() && facts.by().equals(by(context)))
              .forEach(facts ->
                  asked.put(
                      facts.cluster(),
                      calls.run(() -> calls.work(() -> survey(config, namespace, calls))))));
      asked.forEach((cluster, reading) -> {
        switch (reading.join()) {
          case Reading.Read<NodeSurvey.Outcome>(
                  NodeSurvey.Outcome(var met, var left),
                  var took) -> {
            seen.put(cluster, new Reading.Read<>(met, took));
            left.forEach(pod -> more.add("%s: %s".formatted(cluster, pod)));
          }
          case Reading.Unread<NodeSurvey.Outcome>(String why, var took) ->
              seen.put(cluster, new Reading.Unread<>(why, took));
        }
      });
    }
    return new Clusters(all, more, seen);
  }

  private static NodeSurvey.Outcome survey(Config config, String namespace, Calls calls) {
    try (KubernetesClient client = calls.client(config)) {
      return new NodeSurvey(client, namespace, NodeSurvey.PATIENCE).run();
    }
  }

  private static String by(String context) {
    return "context " + context;
  }

  Optional<ClusterFacts> find(String cluster) {
    return all.stream().filter(facts -> facts.cluster().equals(cluster)).findFirst();
  }

  /** All at once; {@code contexts} by their names. */
  static Clusters read(Map<String, Config> contexts, String namespace) {
    try (Calls calls = new Calls(ClusterReader.KINDS)) {
      Map<String, CompletableFuture<Start>> starts = new LinkedHashMap<>();
      contexts.forEach((context, config) ->
          starts.put(context, calls.run(() -> start(context, config, namespace, calls))));
      Map<String, ClusterFacts> found = new LinkedHashMap<>();
      starts
          .values()
          .forEach(each -> found.putIfAbsent(each.join().facts().cluster(), each.join().facts()));
      List<String> notLooked = new ArrayList<>();
      Map<String, CompletableFuture<ClusterFacts>> peers = new LinkedHashMap<>();
      for (CompletableFuture<Start> each : starts.values()) {
        each.join()
            .peers()
            .forEach((cluster, way) -> {
              if (!found.containsKey(cluster) && !peers.containsKey(cluster)) {
                switch (way) {
                  case Way.Open(String by, Config config) ->
                      peers.put(
                          cluster, calls.run(() -> facts(cluster, by, config, namespace, calls)));
                  case Way.Closed(String why) ->
                      notLooked.add("%s, at all: %s".formatted(cluster, why));
                }
              }
            });
      }
      peers.forEach((cluster, reading) -> {
        ClusterFacts facts = reading.join();
        if (!facts.cluster().equals(cluster)) {
          notLooked.add(
              "%s, at all: the credentials of %s lead to the cluster %s: correct the Link"
                  .formatted(cluster, facts.by(), facts.cluster()));
          return;
        }
        // this machine need not reach it: what the Link's own cluster met is in the Link's status
        if (facts.install().server() instanceof Reading.Unread<Server>(String why, var _)) {
          notLooked.add(
              "%s, at all: %s: %s; name its --context".formatted(cluster, facts.by(), why));
          return;
        }
        found.putIfAbsent(cluster, facts);
        notLooked.add(
            "of %s (%s) what a Link's credentials may not read: name its --context to look at all of it"
                .formatted(cluster, facts.by()));
      });
      return of(List.copyOf(found.values()), notLooked);
    }
  }

  private record Start(ClusterFacts facts, Map<String, Way> peers) {}

  private sealed interface Way {
    record Open(String by, Config config) implements Way {}

    record Closed(String why) implements Way {}
  }

  private static Start start(String context, Config config, String namespace, Calls calls) {
    try (KubernetesClient client = calls.client(config)) {
      ServerCalls server = ServerCalls.open(client, calls);
      ClusterFacts facts = new ClusterReader(client, namespace, server).read(context, by(context));
      Map<String, CompletableFuture<Way>> ways = new LinkedHashMap<>();
      for (Link link : facts.links()) {
        String by = LinkCredentials.by(link, facts.cluster());
        ways.put(
            link.getSpec().cluster(),
            server.ask(() -> LinkCredentials.of(client, link)).thenApply(read -> way(by, read)));
      }
      Map<String, Way> peers = new LinkedHashMap<>();
      ways.forEach((cluster, way) -> peers.put(cluster, way.join()));
      return new Start(facts, peers);
    }
  }

  private static Way way(String by, Reading<PeerCredentials> credentials) {
    return switch (credentials) {
      case Reading.Unread<PeerCredentials>(String why, var _) ->
          new Way.Closed("%s: its credentials: %s".formatted(by, why));
      case Reading.Read<PeerCredentials>(PeerCredentials.Valid valid, var _) ->
          new Way.Open(by, valid.config());
      case Reading.Read<PeerCredentials>(
              PeerCredentials.Invalid(String _, String message),
              var _) ->
          new Way.Closed(by + ": " + message);
    };
  }

  private static ClusterFacts facts(
      String cluster, String by, Config config, String namespace, Calls calls) {
    try (KubernetesClient client = calls.client(config)) {
      return new ClusterReader(client, namespace, ServerCalls.open(client, calls))
          .read(cluster, by);
    }
  }

  /** Each two of them, once. */
  void pairs(BiConsumer<ClusterFacts, ClusterFacts> look) {
    for (int i = 0; i < all.size(); i++) {
      for (int j = i + 1; j < all.size(); j++) {
        look.accept(all.get(i), all.get(j));
      }
    }
  }

  String names() {
    return all.stream().map(ClusterFacts::cluster).collect(Collectors.joining(", "));
  }
}
