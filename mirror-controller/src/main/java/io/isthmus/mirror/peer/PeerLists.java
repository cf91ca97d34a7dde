package io.isthmus.mirror.peer;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Service;
import io.isthmus.mirror.plan.GatewayAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a peer has, from lists that were complete.
 *
 * @param gateways addresses, from the gateway's Service or from the Link itself
 */
public record PeerLists(
    List<Service> services, Set<GatewayAddress> gateways, Optional<ConfigMap> bundle) {
  public PeerLists {
    services = List.copyOf(services);
    gateways = Set.copyOf(gateways);
  }
}
