package io.isthmus.cli.install;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.Link;
import io.isthmus.api.trust.TrustDomain;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What the mesh and its users make in a cluster beside Helm's releases, as it is now. */
record Leftovers(KubernetesClient client, String namespace) {
  private static final Map<String, String> MIRRORED =
      Map.of(
          Labels.MIRRORED, Labels.MIRRORED_TRUE,
          Labels.MANAGED_BY, Labels.MANAGED_BY_MIRROR_CONTROLLER);
  private static final String LINK_ACCOUNT = "isthmus-link-";

  List<Link> links() {
    return defined(() -> client.resources(Link.class).inAnyNamespace().list().getItems());
  }

  private List<TrustDomain> trustDomains() {
    return defined(() -> client.resources(TrustDomain.class).list().getItems());
  }

  /** Nothing where the kind is not defined, or not any more. */
  private static <T> List<T> defined(Supplier<List<T>> list) {
    try {
      return list.get();
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return List.of();
      }
      throw e;
    }
  }

  List<HasMetadata> mirrors() {
    return Stream.concat(
            client.services().inAnyNamespace().withLabels(MIRRORED).list().getItems().stream(),
            client
                .resources(EndpointSlice.class)
                .inAnyNamespace()
                .withLabels(MIRRORED)
                .list()
                .getItems()
                .stream())
        .map(HasMetadata.class::cast)
        .toList();
  }

  /** Those that the control plane has marked for injection. */
  List<Namespace> marked() {
    return client.namespaces().withLabel(Labels.INJECTION).list().getItems();
  }

  /** What is deleted, in this order, once nothing of the mesh runs any more. */
  List<HasMetadata> objects() {
    Stream<? extends HasMetadata> outside =
        Stream.of(
                client
                    .configMaps()
                    .inAnyNamespace()
                    .withLabel(Labels.TRUST_BUNDLE, Labels.TRUST_BUNDLE_COPY)
                    .list()
                    .getItems(),
                client.rbac().clusterRoleBindings().list().getItems().stream()
                    .filter(binding -> binding.getMetadata().getName().startsWith(LINK_ACCOUNT))
                    .filter(
                        binding -> binding.getRoleRef().getName().equals(ObjectNames.LINK_READER))
                    .toList(),
                present(client.rbac().clusterRoles().withName(ObjectNames.LINK_READER).get()),
                trustDomains(),
                Crds.all().stream()
                    .map(crd -> client.resource(crd).get())
                    .filter(Objects::nonNull)
                    .toList(),
                present(client.namespaces().withName(namespace).get()))
            .flatMap(List::stream);
    return Stream.concat(mirrors().stream(), outside).map(HasMetadata.class::cast).toList();
  }

  private static List<HasMetadata> present(HasMetadata maybe) {
    return maybe == null ? List.of() : List.of(maybe);
  }

  /** Pods that have a sidecar. */
  long withSidecars() {
    return client.pods().inAnyNamespace().list().getItems().stream()
        .filter(pod ->
            Stream.concat(
                    pod.getSpec().getContainers().stream(),
                    pod.getSpec().getInitContainers().stream())
                .anyMatch(container -> container.getName().equals(ObjectNames.PROXY_CONTAINER)))
        .count();
  }
}
