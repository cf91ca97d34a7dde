package io.isthmus.cli.check;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.cli.check.ClusterFacts.Server;
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

  /**
   * @param namespace empty for what is in none
   */
  record Right(String verb, String group, String resource, String namespace) {
    @Override
    public String toString() {
      return "%s %s%s%s"
          .formatted(
              verb,
              resource,
              group.isEmpty() ? "" : "." + group,
              namespace.isEmpty() ? "" : " in the namespace " + namespace);
    }
  }

  /** What an installation creates. */
  private static List<Right> needed(String namespace) {
    return List.of(
        new Right("create", "", "namespaces", ""),
        new Right("create", "apiextensions.k8s.io", "customresourcedefinitions", ""),
        new Right("create", "rbac.authorization.k8s.io", "clusterroles", ""),
        new Right("create", "rbac.authorization.k8s.io", "clusterrolebindings", ""),
        new Right("create", "admissionregistration.k8s.io", "mutatingwebhookconfigurations", ""),
        new Right("create", "rbac.authorization.k8s.io", "roles", namespace),
        new Right("create", "rbac.authorization.k8s.io", "rolebindings", namespace),
        new Right("create", "", "serviceaccounts", namespace),
        new Right("create", "", "services", namespace),
        new Right("create", "", "configmaps", namespace),
        new Right("create", "", "secrets", namespace),
        new Right("create", "apps", "deployments", namespace),
        new Right("create", "policy", "poddisruptionbudgets", namespace),
        new Right("create", "networking.k8s.io", "networkpolicies", namespace),
        new Right("create", "autoscaling", "horizontalpodautoscalers", namespace),
        new Right("create", "isthmus.io", "links", namespace),
        new Right("create", "isthmus.io", "trustdomains", ""));
  }

  static PreFacts read(
      KubernetesClient client, String by, String namespace, ExecutorService calls) {
    ClusterReader reader = new ClusterReader(client, namespace, calls);
    Map<Right, CompletableFuture<Reading<Boolean>>> asked = new LinkedHashMap<>();
    needed(namespace)
        .forEach(right ->
            asked.put(right, ClusterReader.bounded(calls, () -> isAllowed(client, right))));
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
    Map<Right, Reading<Boolean>> rights = new LinkedHashMap<>();
    asked.forEach((right, answer) -> rights.put(right, answer.join()));
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
        rights);
  }

  private static boolean isAllowed(KubernetesClient client, Right right) {
    var review =
        new SelfSubjectAccessReviewBuilder()
            .withNewSpec()
            .withNewResourceAttributes()
            .withVerb(right.verb())
            .withGroup(right.group())
            .withResource(right.resource())
            .withNamespace(right.namespace().isEmpty() ? null : right.namespace())
            .endResourceAttributes()
            .endSpec()
            .build();
    var answer = client.authorization().v1().selfSubjectAccessReview().create(review);
    return answer.getStatus() != null && Boolean.TRUE.equals(answer.getStatus().getAllowed());
  }
}
