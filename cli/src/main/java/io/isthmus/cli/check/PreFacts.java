package io.isthmus.cli.check;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceList;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeList;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceList;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.DaemonSetList;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentList;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.cli.check.ClusterFacts.Announcing;
import io.isthmus.cli.check.ClusterFacts.Server;
import io.isthmus.cli.install.Right;
import io.isthmus.cli.install.Rights;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * All that was read of a cluster in which Isthmus is to be installed.
 *
 * @param deployments of all namespaces
 * @param rights whether the API server grants each to who asks
 */
record PreFacts(
    String by,
    String namespace,
    Reading<Server> server,
    Reading<List<CustomResourceDefinition>> crds,
    Reading<List<Namespace>> namespaces,
    Reading<List<Deployment>> deployments,
    Reading<List<Service>> services,
    Reading<List<Node>> nodes,
    Reading<List<GenericKubernetesResource>> pools,
    Reading<Announcing> announcing,
    Map<Right, Reading<Boolean>> rights) {

  /** What it reads. */
  static final List<Class<?>> KINDS =
      List.of(
          CustomResourceDefinition.class,
          DaemonSetList.class,
          DeploymentList.class,
          GenericKubernetesResourceList.class,
          NamespaceList.class,
          NodeList.class,
          SelfSubjectAccessReview.class,
          ServiceList.class);

  static PreFacts read(KubernetesClient client, String by, String namespace, ServerCalls calls) {
    ClusterReader reader = new ClusterReader(client, namespace, calls);
    var everything = calls.ask(() -> Right.EVERYTHING.isHeld(client));
    var crds = calls.ask(reader::crds);
    var namespaces = calls.ask(() -> client.namespaces().list().getItems());
    var deployments =
        calls.ask(() -> client.apps().deployments().inAnyNamespace().list().getItems());
    var services = calls.ask(() -> client.services().inAnyNamespace().list().getItems());
    var nodes = calls.ask(() -> client.nodes().list().getItems());
    var pools = calls.ask(reader::pools);
    var announcing = reader.announcing(pools);
    return new PreFacts(
        by,
        namespace,
        calls.server(),
        crds.join(),
        namespaces.join(),
        deployments.join(),
        services.join(),
        nodes.join(),
        pools.join(),
        announcing.join(),
        rights(client, everything.join(), calls));
  }

  /** Who may do everything is asked nothing more. */
  private static Map<Right, Reading<Boolean>> rights(
      KubernetesClient client, Reading<Boolean> everything, ServerCalls calls) {
    if (!calls.isAnswered() || everything.value().orElse(false)) {
      return Map.of(Right.EVERYTHING, everything);
    }
    return switch (calls.calls().work(() -> Rights.toInstall(client))) {
      case Reading.Unread<List<Right>>(String why, Duration took) ->
          Map.of(Right.EVERYTHING, new Reading.Unread<>(why, took));
      case Reading.Read<List<Right>>(List<Right> wanted, Duration _) -> {
        Map<Right, CompletableFuture<Reading<Boolean>>> asked = new LinkedHashMap<>();
        wanted.forEach(right -> asked.put(right, calls.ask(() -> right.isHeld(client))));
        Map<Right, Reading<Boolean>> rights = new LinkedHashMap<>();
        asked.forEach((right, answer) -> rights.put(right, answer.join()));
        yield rights;
      }
    };
  }
}
