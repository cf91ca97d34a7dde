package io.isthmus.control.state;

import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustDomain;

/** The names of this cluster. */
public record Mesh(
    String cluster, TrustDomain trustDomain, String clusterDomain, String systemNamespace) {
  public SpiffeId id(String namespace, String serviceAccount) {
    return SpiffeId.workload(trustDomain, namespace, serviceAccount);
  }

  /** {@code hello.shop.svc.cluster.local}. */
  public String host(ServiceKey service) {
    return service.name() + "." + service.namespace() + ".svc." + clusterDomain;
  }
}
