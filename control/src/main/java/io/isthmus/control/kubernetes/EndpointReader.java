package io.isthmus.control.kubernetes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import io.isthmus.control.state.MeshEndpoint;
import io.isthmus.control.state.MeshPod;
import io.isthmus.control.state.ServiceKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** EndpointSlices and Pods of the API as those of the mesh. */
final class EndpointReader {
  private EndpointReader() {}

  static Map<ServiceKey, List<MeshEndpoint>> endpoints(List<EndpointSlice> slices) {
    Map<ServiceKey, List<MeshEndpoint>> found = new HashMap<>();
    for (EndpointSlice slice : slices) {
      String service =
          Objects.requireNonNullElse(slice.getMetadata().getLabels(), Map.<String, String>of())
              .get(Labels.SERVICE_NAME);
      if (service != null && !"FQDN".equals(slice.getAddressType())) {
        ServiceKey key = new ServiceKey(slice.getMetadata().getNamespace(), service);
        found.computeIfAbsent(key, k -> new ArrayList<>()).addAll(read(slice));
      }
    }
    return found;
  }

  private static List<MeshEndpoint> read(EndpointSlice slice) {
    Map<String, Integer> ports = new HashMap<>();
    for (EndpointPort port :
        Objects.requireNonNullElse(slice.getPorts(), List.<EndpointPort>of())) {
      if (port.getPort() != null
          && "TCP".equals(Objects.requireNonNullElse(port.getProtocol(), "TCP"))) {
        ports.put(Objects.requireNonNullElse(port.getName(), ""), port.getPort());
      }
    }
    String namespace = slice.getMetadata().getNamespace();
    return Objects.requireNonNullElse(slice.getEndpoints(), List.<Endpoint>of()).stream()
        .flatMap(endpoint ->
            endpoint.getAddresses().stream()
                .map(ip ->
                    new MeshEndpoint(
                        ip,
                        ports,
                        health(endpoint.getConditions()),
                        pod(namespace, endpoint.getTargetRef()))))
        .toList();
  }

  private static MeshEndpoint.Health health(
      @org.jspecify.annotations.Nullable EndpointConditions conditions) {
    if (conditions == null) {
      return MeshEndpoint.Health.READY;
    }
    if (Boolean.TRUE.equals(conditions.getTerminating())) {
      return Boolean.TRUE.equals(conditions.getServing())
          ? MeshEndpoint.Health.DRAINING
          : MeshEndpoint.Health.NOT_READY;
    }
    return Boolean.FALSE.equals(conditions.getReady())
        ? MeshEndpoint.Health.NOT_READY
        : MeshEndpoint.Health.READY;
  }

  private static Optional<ServiceKey> pod(
      String namespace, @org.jspecify.annotations.Nullable ObjectReference target) {
    return target == null || !"Pod".equals(target.getKind())
        ? Optional.empty()
        : Optional.of(
            new ServiceKey(
                Objects.requireNonNullElse(target.getNamespace(), namespace), target.getName()));
  }

  /**
   * Empty for a Pod that has ended. One on its node's own network has no address of its own and no
   * proxy: what is at that address may be any other Pod of the node.
   */
  static Optional<MeshPod> read(Pod pod) {
    if (hasEnded(pod)) {
      return Optional.empty();
    }
    boolean onNode = Boolean.TRUE.equals(pod.getSpec().getHostNetwork());
    return Optional.of(
        new MeshPod(
            new ServiceKey(pod.getMetadata().getNamespace(), pod.getMetadata().getName()),
            onNode ? List.of() : ips(pod),
            Objects.requireNonNullElse(pod.getSpec().getServiceAccountName(), "default"),
            isMeshed(pod) ? MeshPod.Proxy.PRESENT : MeshPod.Proxy.ABSENT));
  }

  /** One that has runs no more, though the API has it until it is collected. */
  static boolean hasEnded(Pod pod) {
    String phase = pod.getStatus() == null ? "" : pod.getStatus().getPhase();
    return "Succeeded".equals(phase) || "Failed".equals(phase);
  }

  /** Whether it has a sidecar. */
  static boolean isMeshed(Pod pod) {
    PodSpec spec = pod.getSpec();
    return !Boolean.TRUE.equals(spec.getHostNetwork())
        && Stream.concat(
                spec.getContainers().stream(),
                Objects.requireNonNullElse(spec.getInitContainers(), List.<Container>of()).stream())
            .anyMatch(container -> ObjectNames.PROXY_CONTAINER.equals(container.getName()));
  }

  private static List<String> ips(Pod pod) {
    if (pod.getStatus() == null) {
      return List.of();
    }
    var all = pod.getStatus().getPodIPs();
    if (all != null && !all.isEmpty()) {
      return all.stream().map(ip -> ip.getIp()).filter(Objects::nonNull).toList();
    }
    return Stream.ofNullable(pod.getStatus().getPodIP()).filter(ip -> !ip.isEmpty()).toList();
  }
}
