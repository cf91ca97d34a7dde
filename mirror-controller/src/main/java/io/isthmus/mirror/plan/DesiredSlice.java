package io.isthmus.mirror.plan;

import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.isthmus.api.Labels;
import io.isthmus.api.link.GatewayAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One slice of a mirror: the gateway's addresses of one family and port. */
record DesiredSlice(
    ObjectKey key,
    Map<String, String> labels,
    String addressType,
    SortedMap<String, Verdict> addresses,
    List<EndpointPort> ports) {

  /** {@code <mirror>-ipv4-15008}: one for each family and port that the gateway has. */
  static List<DesiredSlice> of(
      DesiredService mirror, String cluster, Map<GatewayAddress, Verdict> gateways) {
    Map<String, DesiredSlice> slices = new TreeMap<>();
    new TreeMap<>(gateways)
        .forEach((gateway, verdict) -> {
          String suffix = gateway.family().toLowerCase(Locale.ROOT) + "-" + gateway.port();
          slices
              .computeIfAbsent(suffix, name -> empty(mirror, cluster, gateway, name))
              .addresses()
              .put(gateway.ip(), verdict);
        });
    return List.copyOf(slices.values());
  }

  private static DesiredSlice empty(
      DesiredService mirror, String cluster, GatewayAddress gateway, String suffix) {
    ObjectKey service = mirror.key();
    Map<String, String> labels =
        OwnerMark.on(
            Map.of(
                Labels.SERVICE_NAME,
                service.name(),
                Labels.SLICE_MANAGED_BY,
                Labels.MANAGED_BY_MIRROR_CONTROLLER),
            cluster);
    List<EndpointPort> ports = new ArrayList<>();
    for (var port : mirror.ports()) {
      ports.add(
          new EndpointPortBuilder()
              .withName(Objects.requireNonNullElse(port.getName(), ""))
              .withPort(gateway.port())
              .withProtocol("TCP")
              .withAppProtocol(port.getAppProtocol())
              .build());
    }
    return new DesiredSlice(
        new ObjectKey(service.namespace(), service.name() + "-" + suffix),
        labels,
        gateway.family(),
        new TreeMap<>(),
        ports);
  }

  EndpointSlice create() {
    return new EndpointSliceBuilder()
        .withNewMetadata()
        .withNamespace(key.namespace())
        .withName(key.name())
        .withLabels(labels)
        .endMetadata()
        .withAddressType(addressType)
        .withEndpoints(endpoints(null))
        .withPorts(ports)
        .build();
  }

  Optional<String> difference(EndpointSlice observed) {
    List<String> differing = new ArrayList<>();
    if (!labels.equals(observed.getMetadata().getLabels())) {
      differing.add("labels");
    }
    if (!ports.equals(observed.getPorts().stream().map(DesiredSlice::ours).toList())) {
      differing.add("ports");
    }
    if (!endpoints(observed).equals(observed.getEndpoints())) {
      differing.add("endpoints");
    }
    return differing.isEmpty()
        ? Optional.empty()
        : Optional.of(String.join(", ", differing) + " differ from the gateway's");
  }

  /** An observed port without what the API server adds: it writes no name as an absent one. */
  private static EndpointPort ours(EndpointPort port) {
    return new EndpointPortBuilder()
        .withName(Objects.requireNonNullElse(port.getName(), ""))
        .withPort(port.getPort())
        .withProtocol(Objects.requireNonNullElse(port.getProtocol(), "TCP"))
        .withAppProtocol(port.getAppProtocol())
        .build();
  }

  EndpointSlice update(EndpointSlice observed) {
    return new EndpointSliceBuilder(observed)
        .editMetadata()
        .withLabels(labels)
        .endMetadata()
        .withEndpoints(endpoints(observed))
        .withPorts(ports)
        .build();
  }

  private List<Endpoint> endpoints(@Nullable EndpointSlice observed) {
    List<Endpoint> endpoints = new ArrayList<>();
    addresses.forEach((ip, verdict) -> {
      boolean ready =
          switch (verdict) {
            case ALIVE -> true;
            case DEAD -> false;
            case UNKNOWN -> observed != null && wasReady(observed, ip);
          };
      endpoints.add(
          new EndpointBuilder()
              .withAddresses(ip)
              .withNewConditions()
              .withReady(ready)
              .endConditions()
              .build());
    });
    return endpoints;
  }

  private static boolean wasReady(EndpointSlice observed, String ip) {
    return observed.getEndpoints().stream()
        .filter(endpoint -> endpoint.getAddresses().contains(ip))
        .map(Endpoint::getConditions)
        .anyMatch(conditions -> conditions != null && Boolean.TRUE.equals(conditions.getReady()));
  }
}
