package io.isthmus.proxy.xds;

import java.util.Optional;

/** The types that are subscribed to, in the order in which they are asked for. */
enum ResourceType {
  CLUSTER("envoy.config.cluster.v3.Cluster"),
  ENDPOINTS("envoy.config.endpoint.v3.ClusterLoadAssignment"),
  LISTENER("envoy.config.listener.v3.Listener"),
  ROUTES("envoy.config.route.v3.RouteConfiguration"),
  SECRET("envoy.extensions.transport_sockets.tls.v3.Secret");

  private static final String PREFIX = "type.googleapis.com/";

  private final String message;

  ResourceType(String message) {
    this.message = message;
  }

  String typeUrl() {
    return PREFIX + message;
  }

  static Optional<ResourceType> of(String typeUrl) {
    for (ResourceType type : values()) {
      if (type.typeUrl().equals(typeUrl)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** Whether all there are come without being named. */
  boolean wildcard() {
    return switch (this) {
      case CLUSTER, LISTENER -> true;
      case ENDPOINTS, ROUTES, SECRET -> false;
    };
  }
}
