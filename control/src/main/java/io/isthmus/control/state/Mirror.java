package io.isthmus.control.state;

import java.util.Optional;

/**
 * That a Service stands for one of another cluster.
 *
 * @param host of the authority at the peer's gateway, {@code hello.shop.svc.cluster.local}
 */
public record Mirror(String cluster, String host, TunnelMode tunnel) {
  /** The namespace at the peer; empty when the host is no Service's. */
  public Optional<String> remoteNamespace() {
    String[] labels = host.split("\\.", -1);
    boolean isService =
        labels.length > 3
            && labels[2].equals("svc")
            && !labels[0].isEmpty()
            && !labels[1].isEmpty();
    return isService ? Optional.of(labels[1]) : Optional.empty();
  }
}
