package io.isthmus.control.resources;

import java.util.Arrays;
import java.util.Optional;

/** The types that are served, in the order in which changes are sent. */
public enum ResourceKind {
  CLUSTER("envoy.config.cluster.v3.Cluster"),
  ENDPOINTS("envoy.config.endpoint.v3.ClusterLoadAssignment"),
  SECRET("envoy.extensions.transport_sockets.tls.v3.Secret"),
  LISTENER("envoy.config.listener.v3.Listener"),
  ROUTE("envoy.config.route.v3.RouteConfiguration");

  private final String typeUrl;

  ResourceKind(String message) {
    this.typeUrl = "type.googleapis.com/" + message;
  }

  public String typeUrl() {
    return typeUrl;
  }

  /** Whether others of these types name resources of this one, which must not vanish before. */
  public boolean isReferred() {
    return this == CLUSTER || this == ENDPOINTS || this == SECRET;
  }

  public static Optional<ResourceKind> of(String typeUrl) {
    return Arrays.stream(values()).filter(kind -> kind.typeUrl.equals(typeUrl)).findFirst();
  }
}
