package io.isthmus.cli.check;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.trust.TrustDomain;
import java.util.List;
import java.util.Optional;

/**
 * All that was read about one Pod.
 *
 * @param system the mesh's own namespace
 * @param deployments of that
 */
record PodFacts(
    String system,
    String namespaceName,
    String name,
    Reading<Optional<Pod>> pod,
    Reading<Optional<Namespace>> namespace,
    Reading<Optional<ConfigMap>> bundle,
    Reading<List<TrustDomain>> domains,
    Reading<List<Deployment>> deployments) {

  /** What it reads. */
  static final List<Class<?>> KINDS =
      List.of(Pod.class, Namespace.class, ConfigMap.class, TrustDomain.class, DeploymentList.class);

  /**
   * @param system where the mesh is installed
   */
  static PodFacts read(
      KubernetesClient client, String system, String namespace, String name, ServerCalls calls) {
    var pod =
        calls.ask(
            () -> Optional.ofNullable(client.pods().inNamespace(namespace).withName(name).get()));
    var of = calls.ask(() -> Optional.ofNullable(client.namespaces().withName(namespace).get()));
    var bundle =
        calls.ask(() ->
            Optional.ofNullable(
                client
                    .configMaps()
                    .inNamespace(namespace)
                    .withName(ObjectNames.TRUST_BUNDLE)
                    .get()));
    var domains = calls.ask(() -> client.resources(TrustDomain.class).list().getItems());
    var deployments =
        calls.ask(() -> client.apps().deployments().inNamespace(system).list().getItems());
    return new PodFacts(
        system,
        namespace,
        name,
        pod.join(),
        of.join(),
        bundle.join(),
        domains.join(),
        deployments.join());
  }

  String key() {
    return namespaceName + "/" + name;
  }

  boolean isReached() {
    return pod.value().isPresent();
  }
}
