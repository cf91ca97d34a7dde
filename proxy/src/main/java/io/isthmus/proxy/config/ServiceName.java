package io.isthmus.proxy.config;

import java.util.Optional;

/**
 * A port of a Service.
 *
 * @param peerCluster where the endpoints are, when they are not in this cluster
 */
public record ServiceName(String namespace, String name, int port, Optional<String> peerCluster) {
  public ServiceName {
    if (namespace.isEmpty() || name.isEmpty()) {
      throw new IllegalArgumentException(
          "service \"%s/%s\": expected a namespace and a name".formatted(namespace, name));
    }
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException(
          "service %s/%s port %d: expected 1 to 65535".formatted(namespace, name, port));
    }
  }
}
