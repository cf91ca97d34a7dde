package io.isthmus.proxy.config;

import io.isthmus.certs.BundleSet;
import java.net.InetSocketAddress;
import java.util.Map;

/**
 * All that the control plane told this proxy.
 *
 * @param version of the last update, for people
 * @param virtualAddresses service IP and port to the name of a cluster
 * @param names {@code host:port} in lower case to the name of a cluster, for explicit proxying
 * @param clusters by name
 */
public record MeshConfig(
    String version,
    Map<InetSocketAddress, String> virtualAddresses,
    Map<String, String> names,
    Map<String, Cluster> clusters,
    Inbound inbound,
    BundleSet bundles) {
  /** Before the control plane was heard for the first time. */
  public static final MeshConfig EMPTY =
      new MeshConfig("", Map.of(), Map.of(), Map.of(), Inbound.NONE, BundleSet.EMPTY);

  public MeshConfig {
    virtualAddresses = Map.copyOf(virtualAddresses);
    names = Map.copyOf(names);
    clusters = Map.copyOf(clusters);
  }
}
