package io.isthmus.cli.support;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Listable;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.Link;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.cli.PodStates;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Takes from one cluster what belongs in the archive. What cannot be read is a gap, and named.
 *
 * @param directory in the archive
 * @param namespace of Isthmus' own objects
 */
record ClusterEvidence(
    KubernetesClient client, String directory, String namespace, BundleArchive archive, Logs logs) {
  private static final String MIRRORS = Labels.MIRRORED + "=" + Labels.MIRRORED_TRUE;
  private static final Map<String, Integer> PAGES =
      Map.of(
          ObjectNames.CONTROL_SERVICE_ACCOUNT, 15014,
          ObjectNames.MIRROR_CONTROLLER_SERVICE_ACCOUNT, 15014,
          ObjectNames.GATEWAY_SERVICE_ACCOUNT, 15020);

  /**
   * How much of logs.
   *
   * @param pods at most that many with a sidecar
   */
  record Logs(int seconds, int lines, int pods) {}

  /** Returns what could not be read, and why, one line each. */
  List<String> collect() {
    List<String> gaps = new ArrayList<>();
    take(gaps, "version.txt", () -> client.getKubernetesVersion().getGitVersion());
    take(gaps, "nodes.yaml", () -> Shapes.yaml(all(client.nodes()).map(Shapes::node).toList()));
    take(
        gaps,
        "namespaces.yaml",
        () -> Shapes.yaml(all(client.namespaces()).map(Shapes::namespace).toList()));
    resources(gaps);
    system(gaps);
    mirrors(gaps);
    pods(gaps);
    return gaps;
  }

  private void resources(List<String> gaps) {
    take(gaps, "links.yaml", () -> yaml(client.resources(Link.class).inNamespace(namespace)));
    take(gaps, "trustdomains.yaml", () -> yaml(client.resources(TrustDomain.class)));
    take(
        gaps,
        "crds.yaml",
        () ->
            Shapes.yaml(
                all(client.apiextensions().v1().customResourceDefinitions())
                    .filter(crd -> crd.getSpec().getGroup().equals(ObjectNames.GROUP))
                    .toList()));
    take(
        gaps,
        "webhooks.yaml",
        () ->
            Shapes.yaml(
                Stream.ofNullable(
                        client
                            .admissionRegistration()
                            .v1()
                            .mutatingWebhookConfigurations()
                            .withName(ObjectNames.INJECTION_WEBHOOK)
                            .get())
                    .toList()));
  }

  private void system(List<String> gaps) {
    take(
        gaps,
        "system/deployments.yaml",
        () -> yaml(client.apps().deployments().inNamespace(namespace)));
    take(gaps, "system/services.yaml", () -> yaml(client.services().inNamespace(namespace)));
    take(gaps, "system/configmaps.yaml", () -> yaml(client.configMaps().inNamespace(namespace)));
    take(gaps, "system/leases.yaml", () -> yaml(client.leases().inNamespace(namespace)));
    take(
        gaps,
        "system/endpointslices.yaml",
        () -> yaml(client.resources(EndpointSlice.class).inNamespace(namespace)));
    take(
        gaps,
        "system/secrets.txt",
        () -> Shapes.names(client.secrets().inNamespace(namespace).list().getItems()));
    take(
        gaps,
        "events.yaml",
        () ->
            Shapes.yaml(
                all(client.v1().events().inAnyNamespace())
                    .filter(event ->
                        namespace.equals(event.getMetadata().getNamespace())
                            || String.valueOf(event.getInvolvedObject().getApiVersion())
                                .startsWith(ObjectNames.GROUP + "/")
                            || Objects.requireNonNullElse(event.getReportingComponent(), "")
                                .contains("isthmus"))
                    .toList()));
  }

  private void mirrors(List<String> gaps) {
    take(
        gaps,
        "mirrors/services.yaml",
        () -> yaml(client.services().inAnyNamespace().withLabelSelector(MIRRORS)));
    take(
        gaps,
        "mirrors/endpointslices.yaml",
        () ->
            yaml(
                client.resources(EndpointSlice.class).inAnyNamespace().withLabelSelector(MIRRORS)));
    take(
        gaps,
        "exports/services.yaml",
        () -> yaml(client.services().inAnyNamespace().withLabel(Labels.EXPORTED)));
  }

  private void pods(List<String> gaps) {
    List<Pod> own =
        list(
            gaps,
            "Pods of " + namespace,
            () -> client.pods().inNamespace(namespace).list().getItems());
    List<Pod> meshed =
        list(gaps, "Pods", () -> client.pods().inAnyNamespace().list().getItems()).stream()
            .filter(pod -> !namespace.equals(pod.getMetadata().getNamespace()))
            .filter(pod -> containers(pod).anyMatch(ObjectNames.PROXY_CONTAINER::equals))
            .toList();
    own.forEach(pod -> containers(pod).forEach(container -> log(gaps, pod, container)));
    meshed.stream().limit(logs.pods()).forEach(pod -> log(gaps, pod, ObjectNames.PROXY_CONTAINER));
    if (meshed.size() > logs.pods()) {
      gaps.add(
          "%s: logs of %d of %d sidecars, as many as were asked for"
              .formatted(directory, logs.pods(), meshed.size()));
    }
    own.forEach(pod -> pages(gaps, pod));
    take(gaps, "system/pods.yaml", () -> Shapes.yaml(own));
    take(gaps, "pods.yaml", () -> Shapes.yaml(meshed.stream().map(Shapes::ofOthers).toList()));
  }

  private static Stream<String> containers(Pod pod) {
    return Stream.concat(
            pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
        .map(container -> container.getName());
  }

  private void log(List<String> gaps, Pod pod, String container) {
    String name = pod.getMetadata().getName();
    String path = "logs/%s/%s/%s".formatted(pod.getMetadata().getNamespace(), name, container);
    var resource = client.pods().inNamespace(pod.getMetadata().getNamespace()).withName(name);
    take(
        gaps,
        path + ".log",
        () ->
            resource
                .inContainer(container)
                .sinceSeconds(logs.seconds())
                .tailingLines(logs.lines())
                .getLog());
    boolean hasRestarted =
        PodStates.containers(pod).stream()
            .anyMatch(status -> status.getName().equals(container) && status.getRestartCount() > 0);
    if (hasRestarted) {
      take(
          gaps,
          path + ".previous.log",
          () -> resource.inContainer(container).terminated().tailingLines(logs.lines()).getLog());
    }
  }

  /** What the mesh's own processes serve, by way of the API server. */
  private void pages(List<String> gaps, Pod pod) {
    if (PodStates.hasEnded(pod)) {
      return;
    }
    String account = pod.getSpec().getServiceAccountName();
    Optional.ofNullable(account)
        .map(PAGES::get)
        .ifPresent(port -> {
          page(gaps, pod, port, "metrics");
          if (ObjectNames.CONTROL_SERVICE_ACCOUNT.equals(account)) {
            page(gaps, pod, port, "proxies");
          }
        });
  }

  private void page(List<String> gaps, Pod pod, int port, String page) {
    String name = pod.getMetadata().getName();
    take(
        gaps,
        "pages/%s/%s.txt".formatted(name, page),
        () ->
            client.raw(
                "/api/v1/namespaces/%s/pods/%s:%d/proxy/%s"
                    .formatted(namespace, name, port, page)));
  }

  private void take(List<String> gaps, String path, Supplier<String> text) {
    list(gaps, path, () -> List.of(Objects.requireNonNullElse(text.get(), "")))
        .forEach(each -> archive.add(directory + "/" + path, each));
  }

  /** What goes wrong with one thing costs that alone: much is out of order when this is run. */
  private <T> List<T> list(List<String> gaps, String what, Supplier<List<T>> read) {
    try {
      return read.get();
    } catch (KubernetesClientException e) {
      gaps.add("%s/%s: %s".formatted(directory, what, e.getMessage()));
      return List.of();
    } catch (RuntimeException e) {
      gaps.add("%s/%s: %s".formatted(directory, what, e));
      return List.of();
    }
  }

  private static <T extends HasMetadata> Stream<T> all(
      Listable<? extends KubernetesResourceList<T>> objects) {
    return objects.list().getItems().stream();
  }

  private static <T extends HasMetadata> String yaml(
      Listable<? extends KubernetesResourceList<T>> objects) {
    return Shapes.yaml(objects.list().getItems());
  }
}
