package io.isthmus.cli.check;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.cli.check.ClusterFacts.Server;
import io.isthmus.cli.install.Right;
import io.isthmus.cli.install.Rights;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

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
    Map<Right, Reading<Boolean>> rights) {

  static PreFacts read(
      KubernetesClient client, String by, String namespace, ExecutorService calls) {
    ClusterReader reader = new ClusterReader(client, namespace, calls);
    var server = ClusterReader.bounded(calls, reader::server);
    var crds = ClusterReader.bounded(calls, reader::crds);
    var namespaces = ClusterReader.bounded(calls, () -> client.namespaces().list().getItems());
    var deployments =
        ClusterReader.bounded(
            calls, () -> client.apps().deployments().inAnyNamespace().list().getItems());
    var services =
        ClusterReader.bounded(calls, () -> client.services().inAnyNamespace().list().getItems());
    var nodes = ClusterReader.bounded(calls, () -> client.nodes().list().getItems());
    var pools = ClusterReader.bounded(calls, reader::pools);
    return new PreFacts(
        by,
        namespace,
        server.join(),
        crds.join(),
        namespaces.join(),
        deployments.join(),
        services.join(),
        nodes.join(),
        pools.join(),
        rights(client, calls));
  }

  /** Who may do everything is asked nothing more. */
  private static Map<Right, Reading<Boolean>> rights(
      KubernetesClient client, ExecutorService calls) {
    Map<Right, Reading<Boolean>> rights = new LinkedHashMap<>();
    Reading<Boolean> all =
        ClusterReader.bounded(calls, () -> Right.EVERYTHING.isHeld(client)).join();
    if (all.value().orElse(false)) {
      rights.put(Right.EVERYTHING, all);
      return rights;
    }
    Map<Right, CompletableFuture<Reading<Boolean>>> asked = new LinkedHashMap<>();
    Rights.toInstall()
        .forEach(
            right -> asked.put(right, ClusterReader.bounded(calls, () -> right.isHeld(client))));
    asked.forEach((right, answer) -> rights.put(right, answer.join()));
    return rights;
  }
}
