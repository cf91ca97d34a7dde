package io.isthmus.proxy.metrics;

import io.isthmus.proxy.accesslog.Direction;
import io.micrometer.core.instrument.Tags;

/**
 * The labels that every series about connections has. Unknown ones are empty.
 *
 * @param tls {@code mutual} or {@code off}, on the mesh's side
 */
public record ConnectionLabels(
    Direction direction,
    String service,
    String namespace,
    String peerCluster,
    String peerTrustDomain,
    String tls) {

  /** Where connections are counted when there are too many services to tell apart. */
  static ConnectionLabels overflow(ConnectionLabels labels) {
    return new ConnectionLabels(labels.direction(), "other", "other", "", "", labels.tls());
  }

  Tags tags() {
    return Tags.of(
        "direction", direction.key(),
        "service", service,
        "namespace", namespace,
        "peer_cluster", peerCluster,
        "peer_trust_domain", peerTrustDomain,
        "tls", tls);
  }
}
