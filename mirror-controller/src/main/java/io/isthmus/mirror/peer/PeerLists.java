package io.isthmus.mirror.peer;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Service;
import io.isthmus.api.link.GatewayAddress;
import io.isthmus.api.trust.TrustEnforcement;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a peer has, from lists that were complete.
 *
 * @param enforcement of the own trust domain, as the peer says; empty where the credentials may not
 *     read it
 * @param gateways addresses, from the gateway's Service or from the Link itself
 */
public record PeerLists(
    List<Service> services,
    Set<GatewayAddress> gateways,
    Optional<ConfigMap> bundle,
    Optional<TrustEnforcement> enforcement) {
  public PeerLists {
    services = List.copyOf(services);
    gateways = Set.copyOf(gateways);
  }
}
