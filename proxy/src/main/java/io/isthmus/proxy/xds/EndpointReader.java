package io.isthmus.proxy.xds;

import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.isthmus.proxy.xds.Resource.Ends;
import io.isthmus.proxy.xds.Resource.Health;
import io.isthmus.proxy.xds.Resource.Place;
import io.isthmus.proxy.xds.Resource.TunnelKind;
import io.isthmus.proxy.xds.Resource.Via;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the endpoints of a cluster. */
final class EndpointReader {
  private static final String MATCH = "envoy.transport_socket_match";

  private EndpointReader() {}

  static Resource read(ClusterLoadAssignment assignment) throws InvalidResourceException {
    Fields fields = new Fields("ClusterLoadAssignment " + assignment.getClusterName());
    return new Resource.Endpoints(places(fields, assignment));
  }

  static List<Place> places(Fields fields, ClusterLoadAssignment assignment)
      throws InvalidResourceException {
    List<Place> places = new ArrayList<>();
    for (LocalityLbEndpoints locality : assignment.getEndpointsList()) {
      if (locality.getPriority() != 0) {
        throw fields.invalid("endpoints.priority", locality.getPriority(), "0");
      }
      for (LbEndpoint endpoint : locality.getLbEndpointsList()) {
        places.add(place(fields, endpoint));
      }
    }
    return List.copyOf(places);
  }

  private static Place place(Fields fields, LbEndpoint endpoint) throws InvalidResourceException {
    InetSocketAddress address =
        fields.address("lb_endpoints.address", endpoint.getEndpoint().getAddress());
    Struct match = fields.struct(endpoint.getMetadata(), MATCH);
    Optional<String> wire = fields.optionalText(match, "tunnel");
    Optional<Via> via = Optional.empty();
    if (wire.isPresent()) {
      via = Optional.of(via(fields, endpoint, wire.get()));
    }
    return new Place(address, via, health(endpoint.getHealthStatus()));
  }

  private static Via via(Fields fields, LbEndpoint endpoint, String wire)
      throws InvalidResourceException {
    TunnelKind kind =
        TunnelKind.of(wire)
            .filter(known -> known != TunnelKind.INNER)
            .orElseThrow(() -> fields.invalid("tunnel", wire, "hbone or gateway"));
    Struct ours = fields.ours(endpoint.getMetadata());
    Ends ends = fields.yes(ours, "inner") ? Ends.BEHIND : Ends.THERE;
    if (kind == TunnelKind.HBONE && ends == Ends.BEHIND) {
      throw fields.invalid("metadata inner", true, "false, as the tunnel is hbone");
    }
    return new Via(kind, fields.text(ours, "authority"), ends);
  }

  private static Health health(HealthStatus status) {
    return switch (status) {
      case UNKNOWN, HEALTHY, DEGRADED -> Health.HEALTHY;
      case UNHEALTHY, DRAINING, TIMEOUT, UNRECOGNIZED -> Health.UNHEALTHY;
    };
  }
}
