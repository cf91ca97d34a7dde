package io.isthmus.mirror.peer;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.isthmus.api.ObjectNames;
import io.isthmus.mirror.plan.GatewayAddress;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Where a gateway's Service is reached from outside its cluster. */
final class GatewayAddresses {
  private GatewayAddresses() {}

  static Set<GatewayAddress> of(Service gateway) {
    int port =
        gateway.getSpec().getPorts().stream()
            .filter(candidate -> ObjectNames.GATEWAY_PORT_NAME.equals(candidate.getName()))
            .map(ServicePort::getPort)
            .findFirst()
            .orElse(ObjectNames.GATEWAY_PORT);
    Set<GatewayAddress> addresses = new TreeSet<>();
    for (LoadBalancerIngress ingress : ingresses(gateway)) {
      if (ingress.getIp() != null) {
        addresses.add(new GatewayAddress(ingress.getIp(), port));
      }
    }
    return addresses;
  }

  private static List<LoadBalancerIngress> ingresses(Service gateway) {
    if (gateway.getStatus() == null || gateway.getStatus().getLoadBalancer() == null) {
      return List.of();
    }
    return Objects.requireNonNullElse(
        gateway.getStatus().getLoadBalancer().getIngress(), List.of());
  }
}
