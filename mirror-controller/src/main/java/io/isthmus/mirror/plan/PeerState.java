package io.isthmus.mirror.plan;

import io.fabric8.kubernetes.api.model.Service;
import io.isthmus.api.link.GatewayAddress;
import java.util.List;
import java.util.Map;

/**
 * A complete list of what the peer has: there is no way to make one from a list that is not.
 *
 * @param services the peer's Services that the Link's selector found
 * @param gateways the gateway's addresses, with what the probes say of each
 */
public record PeerState(List<Service> services, Map<GatewayAddress, Verdict> gateways) {
  public PeerState {
    services = List.copyOf(services);
    gateways = Map.copyOf(gateways);
  }
}
