package io.isthmus.control.state;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.TrustDomain;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

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

  /**
   * The trusted peers that may reach an export. A gateway tells callers apart by their trust domain
   * alone, so of peers that share one either all may, or none does.
   */
  public List<Peer> audience(Export export) {
    Set<TrustDomain> ambiguous = ambiguous(export);
    return trust.peers().values().stream()
        .filter(peer -> isMeant(peer, export) && !ambiguous.contains(peer.trustDomain()))
        .toList();
  }

  /** Trust domains whose anchors are known here, and which no linked cluster is of. */
  public SortedSet<TrustDomain> federated() {
    TreeSet<TrustDomain> domains = new TreeSet<>(trust.bundles().trustDomains());
    domains.remove(mesh.trustDomain());
    trust.peers().values().forEach(peer -> domains.remove(peer.trustDomain()));
    return domains;
  }

  /** Which peers an export is withheld from because others share their trust domain; for people. */
  public Optional<String> ambiguity(Export export) {
    return ambiguous(export).stream()
        .findFirst()
        .map(shared -> {
          List<Peer> sharing =
              trust.peers().values().stream()
                  .filter(peer -> peer.trustDomain().equals(shared))
                  .toList();
          return "exported to %s but not to %s, which have the trust domain %s in common, and a gateway tells callers apart by it alone: exported to none of them; export to all, or give each a trust domain of its own"
              .formatted(
                  names(sharing, peer -> isMeant(peer, export)),
                  names(sharing, peer -> !isMeant(peer, export)),
                  shared);
        });
  }

  private static String names(List<Peer> peers, Predicate<Peer> which) {
    return peers.stream().filter(which).map(Peer::cluster).collect(Collectors.joining(", "));
  }

  /** Trust domains of which some peers are meant and others are not. */
  private Set<TrustDomain> ambiguous(Export export) {
    Set<TrustDomain> meant = new TreeSet<>();
    Set<TrustDomain> others = new TreeSet<>();
    for (Peer peer : trust.peers().values()) {
      (isMeant(peer, export) ? meant : others).add(peer.trustDomain());
    }
    meant.retainAll(others);
    return meant;
  }

  private static boolean isMeant(Peer peer, Export export) {
    return peer.exports() == Peer.Exports.ENABLED && export.isFor(peer.cluster());
  }
}
