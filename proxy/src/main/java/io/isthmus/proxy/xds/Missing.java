package io.isthmus.proxy.xds;

import io.isthmus.proxy.xds.Resource.TunnelKind;
import java.net.InetSocketAddress;

/** A reference that leads nowhere, or to too much, in what has been received so far. */
sealed interface Missing {
  /** What a person needs to know. */
  String message();

  /** The type whose resources refer to it, and so are not whole without it. */
  ResourceType referrer();

  /** Clusters name the bundle of the trust domain that they expect. */
  record Bundle(String secret) implements Missing {
    @Override
    public String message() {
      return "Secret " + secret + " is referred to: expected to receive it";
    }

    @Override
    public ResourceType referrer() {
      return ResourceType.CLUSTER;
    }
  }

  record Endpoints(String cluster) implements Missing {
    @Override
    public String message() {
      return "Cluster %s: its ClusterLoadAssignment is missing: expected to receive it"
          .formatted(cluster);
    }

    @Override
    public ResourceType referrer() {
      return ResourceType.CLUSTER;
    }
  }

  /** An endpoint is reached in a way for which its cluster expects nobody. */
  record Peer(String cluster, TunnelKind kind) implements Missing {
    @Override
    public String message() {
      return "ClusterLoadAssignment %s: tunnel is \"%s\": expected a transport_socket_match of the cluster for it"
          .formatted(cluster, kind.wire());
    }

    @Override
    public ResourceType referrer() {
      return ResourceType.CLUSTER;
    }
  }

  record InboundRoutes() implements Missing {
    @Override
    public String message() {
      return "Listener inbound: RouteConfiguration inbound is missing";
    }

    @Override
    public ResourceType referrer() {
      return ResourceType.LISTENER;
    }
  }

  record ListenersCluster(String listener, String cluster) implements Missing {
    @Override
    public String message() {
      return "Listener %s: cluster is \"%s\": expected the name of a Cluster"
          .formatted(listener, cluster);
    }

    @Override
    public ResourceType referrer() {
      return ResourceType.LISTENER;
    }
  }

  record RoutesCluster(String table, String route, String cluster) implements Missing {
    @Override
    public String message() {
      return "RouteConfiguration %s, %s: cluster is \"%s\": expected the name of a Cluster"
          .formatted(table, route, cluster);
    }

    @Override
    public ResourceType referrer() {
      return ResourceType.ROUTES;
    }
  }

  /** One address that leads to two clusters. */
  record SharedAddress(String listener, InetSocketAddress address, String other)
      implements Missing {
    @Override
    public String message() {
      return "Listener %s: address %s also leads to %s: expected one cluster"
          .formatted(listener, address, other);
    }

    @Override
    public ResourceType referrer() {
      return ResourceType.LISTENER;
    }
  }
}
