package io.isthmus.cli.check;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.isthmus.api.link.Link;
import io.isthmus.api.trust.TrustDomain;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * All that was read of one cluster.
 *
 * @param cluster its name, or where it did not tell the context that leads to it
 * @param by how it was asked, for people
 * @param namespace of Isthmus
 */
record ClusterFacts(
    String cluster, String by, String namespace, Install install, Mesh mesh, Network network) {

  /**
   * @param server its version, and by how much its clock is ahead of this machine's
   * @param pods of Isthmus' own namespace
   * @param slices EndpointSlices of Isthmus' own namespace
   * @param refusal why a Pod that asks for a sidecar could not be created now, tried by a dry run;
   *     empty: it could, or it is for something else than its webhooks
   * @param outdated Pods whose sidecars have another version than new ones get, the first of them
   */
  record Install(
      Reading<Server> server,
      Reading<List<CustomResourceDefinition>> crds,
      Reading<List<Deployment>> deployments,
      Reading<List<Pod>> pods,
      Reading<Optional<Lease>> lease,
      Reading<Optional<MutatingWebhookConfiguration>> webhook,
      Reading<List<Namespace>> namespaces,
      Reading<List<EndpointSlice>> slices,
      Reading<Optional<String>> refusal,
      Reading<List<Pod>> outdated) {}

  /**
   * @param version such as {@code v1.34.1}
   * @param ahead negative when its clock is behind
   */
  record Server(String version, Duration ahead) {}

  /**
   * @param services of all namespaces
   * @param mirrors EndpointSlices of mirrors
   * @param ownBundle of this cluster's trust domain
   * @param peerBundles the ConfigMaps with bundles of peers
   */
  record Mesh(
      Reading<List<TrustDomain>> domains,
      Reading<List<Link>> links,
      Reading<List<Service>> services,
      Reading<List<EndpointSlice>> mirrors,
      Reading<Optional<ConfigMap>> ownBundle,
      Reading<List<ConfigMap>> peerBundles) {}

  /**
   * @param dns EndpointSlices of the cluster's DNS
   * @param corefile the ConfigMap of CoreDNS, where there is one
   * @param pools MetalLB's IPAddressPools; none where it is not installed
   */
  record Network(
      Reading<List<EndpointSlice>> dns,
      Reading<Optional<ConfigMap>> corefile,
      Reading<List<GenericKubernetesResource>> pools,
      Reading<Announcing> announcing) {}

  /**
   * Who tells the network of MetalLB's addresses.
   *
   * @param advertisements of both kinds
   * @param speakers MetalLB's DaemonSets
   */
  record Announcing(List<GenericKubernetesResource> advertisements, List<DaemonSet> speakers) {}

  Optional<TrustDomain> own() {
    return mesh.domains().value().stream()
        .flatMap(List::stream)
        .filter(domain -> domain.getSpec() != null && domain.getSpec().authority() != null)
        .findFirst();
  }

  List<Link> links() {
    return mesh.links().value().orElse(List.of()).stream()
        .filter(link -> link.getSpec() != null)
        .toList();
  }

  /** Whether anything of it could be read. */
  boolean isReached() {
    return install.server().value().isPresent();
  }
}
