package io.isthmus.control.resources;

import io.envoyproxy.envoy.config.cluster.v3.Cluster.TransportSocketMatch;
import io.isthmus.certs.SpiffeId;
import io.isthmus.control.state.ClusterState;
import io.isthmus.control.state.MeshEndpoint;
import io.isthmus.control.state.MeshPod;
import io.isthmus.control.state.MeshService;
import io.isthmus.control.state.Mirror;
import io.isthmus.control.state.Peer;
import io.isthmus.control.state.TunnelMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How each endpoint of one Service port is reached, and whom to expect there. A mirror whose peer
 * is not trusted has no endpoints: it is never reached in plain text.
 */
record OutboundTunnels(
    List<Endpoint> endpoints, List<TransportSocketMatch> matches, Optional<String> peerCluster) {

  static final String HBONE = "hbone";
  static final String GATEWAY = "gateway";
  static final String INNER = "inner";

  /** Where to connect, and how. */
  record Endpoint(String ip, int port, MeshEndpoint.Health health, Way way) {}

  sealed interface Way {
    /** Without a proxy at the other end. */
    record Plain() implements Way {}

    /** To the proxy beside the app. */
    record Hbone(String authority) implements Way {}

    /** To a peer's gateway. */
    record Gateway(String authority, TunnelMode mode) implements Way {}
  }

  static OutboundTunnels of(ClusterState state, MeshService service, MeshService.Port port) {
    List<MeshEndpoint> endpoints = distinct(state.endpointsOf(service.key()), port);
    return switch (service.reach()) {
      case MeshService.Reach.Local() -> local(state, endpoints, port);
      case MeshService.Reach.Exported(var _) -> local(state, endpoints, port);
      case MeshService.Reach.Misread(var _) -> local(state, endpoints, port);
      case MeshService.Reach.Mirrored(Mirror mirror) -> mirrored(state, mirror, endpoints, port);
      case MeshService.Reach.Broken(var _) -> nothing(Optional.empty());
    };
  }

  /**
   * Those that have the port, once for each address, the readiest of doubles, in a stable order.
   */
  private static List<MeshEndpoint> distinct(List<MeshEndpoint> endpoints, MeshService.Port port) {
    TreeMap<String, MeshEndpoint> byAddress = new TreeMap<>();
    for (MeshEndpoint endpoint : endpoints) {
      Integer target = endpoint.ports().get(port.name());
      if (target != null) {
        byAddress.merge(
            endpoint.ip() + "|" + target,
            endpoint,
            (a, b) -> a.health().compareTo(b.health()) <= 0 ? a : b);
      }
    }
    return List.copyOf(byAddress.values());
  }

  private static OutboundTunnels local(
      ClusterState state, List<MeshEndpoint> endpoints, MeshService.Port port) {
    List<Endpoint> made = new ArrayList<>();
    TreeSet<SpiffeId> ids = new TreeSet<>();
    for (MeshEndpoint endpoint : endpoints) {
      int target = endpoint.ports().getOrDefault(port.name(), 0);
      Optional<MeshPod> pod = state.pods().behind(endpoint);
      if (pod.isEmpty() && endpoint.pod().isPresent()) {
        continue; // Whether it has a proxy is not known yet, or no more: plain text is no guess.
      }
      Optional<MeshPod> meshed = pod.filter(known -> known.proxy() == MeshPod.Proxy.PRESENT);
      meshed.ifPresent(
          known -> ids.add(state.mesh().id(known.key().namespace(), known.serviceAccount())));
      Way way =
          meshed.isPresent() ? new Way.Hbone(authority(endpoint.ip(), target)) : new Way.Plain();
      made.add(new Endpoint(endpoint.ip(), target, endpoint.health(), way));
    }
    List<TransportSocketMatch> matches =
        ids.isEmpty()
            ? List.of()
            : List.of(
                TlsResources.match(
                    HBONE,
                    state.mesh().trustDomain(),
                    ids.stream().map(TlsResources::exactly).toList()));
    return new OutboundTunnels(made, matches, Optional.empty());
  }

  private static OutboundTunnels mirrored(
      ClusterState state, Mirror mirror, List<MeshEndpoint> endpoints, MeshService.Port port) {
    Optional<Peer> trusted = state.trust().peer(mirror.cluster());
    Optional<String> namespace = mirror.remoteNamespace();
    if (trusted.isEmpty() || namespace.isEmpty()) {
      return nothing(Optional.of(mirror.cluster()));
    }
    Peer peer = trusted.get();
    Way way = new Way.Gateway(mirror.host() + ":" + port.number(), mirror.tunnel());
    List<Endpoint> made =
        endpoints.stream()
            .map(endpoint ->
                new Endpoint(
                    endpoint.ip(),
                    endpoint.ports().getOrDefault(port.name(), 0),
                    endpoint.health(),
                    way))
            .toList();
    List<TransportSocketMatch> matches = new ArrayList<>();
    matches.add(
        TlsResources.match(
            GATEWAY, peer.trustDomain(), List.of(TlsResources.exactly(peer.gateway()))));
    if (mirror.tunnel() == TunnelMode.END_TO_END) {
      matches.add(
          TlsResources.match(
              INNER,
              peer.trustDomain(),
              List.of(TlsResources.anyOf(peer.trustDomain(), namespace.get()))));
    }
    return new OutboundTunnels(made, List.copyOf(matches), Optional.of(peer.cluster()));
  }

  private static OutboundTunnels nothing(Optional<String> peerCluster) {
    return new OutboundTunnels(List.of(), List.of(), peerCluster);
  }

  static String authority(String ip, int port) {
    return (ip.indexOf(':') < 0 ? ip : "[" + ip + "]") + ":" + port;
  }
}
