package io.isthmus.mirror.plan;

import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.GatewayAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Changes nothing of a slice but whether its endpoints are ready. */
final class SliceReadiness {
  private SliceReadiness() {}

  /** The slice as the verdicts want it; empty if it is so already. */
  static Optional<EndpointSlice> following(
      Map<GatewayAddress, Verdict> gateways, EndpointSlice slice) {
    int port =
        slice.getPorts().stream()
            .map(EndpointPort::getPort)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(ObjectNames.GATEWAY_PORT);
    List<Endpoint> following =
        slice.getEndpoints().stream().map(endpoint -> following(gateways, port, endpoint)).toList();
    return following.equals(slice.getEndpoints())
        ? Optional.empty()
        : Optional.of(new EndpointSliceBuilder(slice).withEndpoints(following).build());
  }

  private static Endpoint following(
      Map<GatewayAddress, Verdict> gateways, int port, Endpoint endpoint) {
    GatewayAddress address = new GatewayAddress(endpoint.getAddresses().getFirst(), port);
    return switch (gateways.getOrDefault(address, Verdict.UNKNOWN)) {
      case UNKNOWN -> endpoint;
      case ALIVE -> withReady(endpoint, true);
      case DEAD -> withReady(endpoint, false);
    };
  }

  private static Endpoint withReady(Endpoint endpoint, Boolean ready) {
    return new EndpointBuilder(endpoint)
        .editOrNewConditions()
        .withReady(ready)
        .endConditions()
        .build();
  }
}
