package io.isthmus.mirror.link;

import io.isthmus.api.link.GatewayAddress;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkStatus.GatewayStatus;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Where the gateway was, for a controller that has started while the peer cannot be asked. */
final class LastKnown {
  private LastKnown() {}

  static Set<GatewayAddress> gateways(Link link) {
    Set<GatewayAddress> addresses = new TreeSet<>();
    var fixed = link.getSpec().gateway().addresses();
    if (fixed != null) {
      fixed.forEach(address -> addresses.add(GatewayAddress.of(address)));
      return addresses;
    }
    List<GatewayStatus> statuses =
        link.getStatus() == null ? List.of() : link.getStatus().gateways();
    for (GatewayStatus status : statuses) {
      URI uri = URI.create("gateway://" + status.address());
      if (uri.getHost() != null && uri.getPort() > 0) {
        String ip = uri.getHost().replace("[", "").replace("]", "");
        addresses.add(new GatewayAddress(ip, uri.getPort()));
      }
    }
    return addresses;
  }
}
