package io.isthmus.control.state;

import io.isthmus.certs.BundleSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All that resources are made of.
 *
 * @param endpoints by Service
 * @param peers by cluster name
 * @param bundles of the own trust domain and of every peer's
 */
public record ClusterState(
    Mesh mesh,
    SortedMap<ServiceKey, MeshService> services,
    Map<ServiceKey, List<MeshEndpoint>> endpoints,
    Pods pods,
    Trust trust) {

  /** Pods by name and by address. */
  public record Pods(Map<ServiceKey, MeshPod> byName, Map<String, MeshPod> byIp) {
    public static Pods of(List<MeshPod> pods) {
      Map<ServiceKey, MeshPod> byName = new HashMap<>();
      Map<String, MeshPod> byIp = new HashMap<>();
      for (MeshPod pod : pods) {
        byName.put(pod.key(), pod);
        pod.ips().forEach(ip -> byIp.put(ip, pod));
      }
      return new Pods(Map.copyOf(byName), Map.copyOf(byIp));
    }

    public Optional<MeshPod> find(ServiceKey name) {
      return Optional.ofNullable(byName.get(name));
    }

    public Optional<MeshPod> at(String ip) {
      return Optional.ofNullable(byIp.get(ip));
    }

    /** By the name that the EndpointSlice gives, or else by the address. */
    public Optional<MeshPod> behind(MeshEndpoint endpoint) {
      return endpoint.pod().isPresent() ? endpoint.pod().flatMap(this::find) : at(endpoint.ip());
    }
  }

  /** Who is trusted, and by which anchors. */
  public record Trust(SortedMap<String, Peer> peers, BundleSet bundles) {
    public Trust {
      peers = new TreeMap<>(peers);
    }

    public Optional<Peer> peer(String cluster) {
      return Optional.ofNullable(peers.get(cluster));
    }
  }

  public ClusterState {
    services = new TreeMap<>(services);
    endpoints = Map.copyOf(endpoints);
  }

  public List<MeshEndpoint> endpointsOf(ServiceKey service) {
    return endpoints.getOrDefault(service, List.of());
  }

  /** The trusted peers that may reach an export. */
  public List<Peer> audience(Export export) {
    return trust.peers().values().stream()
        .filter(peer -> peer.exports() == Peer.Exports.ENABLED && export.isFor(peer.cluster()))
        .toList();
  }
}
