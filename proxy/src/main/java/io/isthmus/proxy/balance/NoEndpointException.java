package io.isthmus.proxy.balance;

import io.isthmus.proxy.config.Cluster;

/** A cluster has no endpoint that could be tried. */
public final class NoEndpointException extends Exception {
  private static final long serialVersionUID = 1L;

  NoEndpointException(Cluster cluster) {
    super(
        "cluster %s has %d endpoints and none is healthy: check that the Service has ready pods"
            .formatted(cluster.name(), cluster.endpoints().size()));
  }
}
