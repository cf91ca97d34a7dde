package io.isthmus.proxy.xds;

import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.InboundRoute;
import io.isthmus.proxy.config.ServiceName;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was read from one resource; names of other resources in it are not resolved yet. */
sealed interface Resource {

  /** The listener for tunnels of others. */
  record InboundListener(String routes, Map<TrustDomain, String> trustDomains)
      implements Resource {}

  /** A virtual address of a Service port. */
  record OutboundListener(List<InetSocketAddress> addresses, String cluster) implements Resource {}

  /** A cluster whose endpoints are resources of their own. */
  record DynamicCluster(ServiceName service, Map<TunnelKind, PeerRule> peers) implements Resource {}

  /** A cluster that holds its endpoints. */
  record StaticCluster(ServiceName service, List<Endpoint> endpoints) implements Resource {}

  record Endpoints(List<Place> places) implements Resource {}

  record InboundRoutes(List<InboundRoute> routes) implements Resource {}

  /** Names for explicit proxying, each with its cluster. */
  record ExplicitRoutes(Map<String, String> names) implements Resource {}

  record Bundle(TrustBundle bundle) implements Resource {}

  /** Whom to expect at the other end of a tunnel; every ID is of {@code trustDomain}. */
  record PeerRule(ExpectedPeer peer, TrustDomain trustDomain) {}

  /** An endpoint, before its tunnel is looked up in the cluster. */
  record Place(InetSocketAddress address, Optional<Via> via, Health health) {}

  /** The tunnel of an endpoint. */
  record Via(TunnelKind kind, String authority, Ends ends) {}

  enum Health {
    HEALTHY,
    UNHEALTHY
  }

  /** Where the tunnel of an endpoint ends. */
  enum Ends {
    /** At the endpoint itself. */
    THERE,
    /** Behind it, with an inner TLS session. */
    BEHIND
  }

  /** The matches of a cluster's transport sockets. */
  enum TunnelKind {
    HBONE("hbone"),
    GATEWAY("gateway"),
    INNER("inner");

    private final String wire;

    TunnelKind(String wire) {
      this.wire = wire;
    }

    String wire() {
      return wire;
    }

    static Optional<TunnelKind> of(String wire) {
      for (TunnelKind kind : values()) {
        if (kind.wire.equals(wire)) {
          return Optional.of(kind);
        }
      }
      return Optional.empty();
    }
  }
}
