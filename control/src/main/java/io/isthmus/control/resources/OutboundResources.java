package io.isthmus.control.resources;

import com.google.protobuf.BoolValue;
import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.listener.v3.AdditionalAddress;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.isthmus.control.resources.Metadatas.Truth;
import io.isthmus.control.state.ClusterState;
import io.isthmus.control.state.MeshEndpoint;
import io.isthmus.control.state.MeshService;
import io.isthmus.control.state.TunnelMode;
import java.util.Optional;

/** What callers of one Service port need; the same objects for every proxy that may call it. */
record OutboundResources(Resource cluster, Resource endpoints, Optional<Resource> listener) {
  static final String TCP_PROXY = "envoy.filters.network.tcp_proxy";

  static OutboundResources of(ClusterState state, MeshService service, MeshService.Port port) {
    String name = Names.outbound(service.key(), port.number());
    OutboundTunnels tunnels = OutboundTunnels.of(state, service, port);
    return new OutboundResources(
        Resource.of(name, cluster(name, service, port, tunnels)),
        Resource.of(name, assignment(name, tunnels)),
        service.addresses().isEmpty()
            ? Optional.empty()
            : Optional.of(Resource.of(name, listener(name, service, port))));
  }

  private static Cluster cluster(
      String name, MeshService service, MeshService.Port port, OutboundTunnels tunnels) {
    Struct.Builder metadata =
        Struct.newBuilder()
            .putFields("namespace", Metadatas.text(service.key().namespace()))
            .putFields("service", Metadatas.text(service.key().name()))
            .putFields("port", Metadatas.number(port.number()));
    tunnels
        .peerCluster()
        .ifPresent(peer -> metadata.putFields("peer_cluster", Metadatas.text(peer)));
    return Cluster.newBuilder()
        .setName(name)
        .setType(Cluster.DiscoveryType.EDS)
        .setEdsClusterConfig(Cluster.EdsClusterConfig.newBuilder().setEdsConfig(TlsResources.ads()))
        .setLbPolicy(Cluster.LbPolicy.LEAST_REQUEST)
        .addAllTransportSocketMatches(tunnels.matches())
        .setMetadata(Metadatas.of(metadata.build()))
        .build();
  }

  private static ClusterLoadAssignment assignment(String name, OutboundTunnels tunnels) {
    ClusterLoadAssignment.Builder assignment =
        ClusterLoadAssignment.newBuilder().setClusterName(name);
    if (!tunnels.endpoints().isEmpty()) {
      LocalityLbEndpoints.Builder group = LocalityLbEndpoints.newBuilder();
      tunnels.endpoints().forEach(endpoint -> group.addLbEndpoints(endpoint(endpoint)));
      assignment.addEndpoints(group);
    }
    return assignment.build();
  }

  private static LbEndpoint endpoint(OutboundTunnels.Endpoint endpoint) {
    LbEndpoint.Builder made =
        LbEndpoint.newBuilder()
            .setEndpoint(Endpoint.newBuilder().setAddress(address(endpoint.ip(), endpoint.port())))
            .setHealthStatus(health(endpoint.health()));
    switch (endpoint.way()) {
      case OutboundTunnels.Way.Plain() -> {}
      case OutboundTunnels.Way.Hbone(String authority) ->
          made.setMetadata(tunnel(OutboundTunnels.HBONE, authority, Truth.NO));
      case OutboundTunnels.Way.Gateway(String authority, TunnelMode mode) ->
          made.setMetadata(
              tunnel(
                  OutboundTunnels.GATEWAY,
                  authority,
                  mode == TunnelMode.END_TO_END ? Truth.YES : Truth.NO));
    }
    return made.build();
  }

  private static Metadata tunnel(String tunnel, String authority, Truth inner) {
    return Metadata.newBuilder()
        .putFilterMetadata(
            Metadatas.TRANSPORT_SOCKET_MATCH,
            Struct.newBuilder().putFields("tunnel", Metadatas.text(tunnel)).build())
        .putFilterMetadata(
            Metadatas.KEY,
            Struct.newBuilder()
                .putFields("authority", Metadatas.text(authority))
                .putFields("inner", Metadatas.truth(inner))
                .build())
        .build();
  }

  private static HealthStatus health(MeshEndpoint.Health health) {
    return switch (health) {
      case READY -> HealthStatus.HEALTHY;
      case DRAINING -> HealthStatus.DRAINING;
      case NOT_READY -> HealthStatus.UNHEALTHY;
    };
  }

  private static Listener listener(String name, MeshService service, MeshService.Port port) {
    Listener.Builder listener =
        Listener.newBuilder()
            .setName(name)
            .setAddress(address(service.addresses().getFirst(), port.number()))
            .setBindToPort(BoolValue.of(false))
            .addFilterChains(
                FilterChain.newBuilder()
                    .addFilters(
                        Filter.newBuilder()
                            .setName(TCP_PROXY)
                            .setTypedConfig(
                                TlsResources.pack(
                                    TcpProxy.newBuilder()
                                        .setStatPrefix(name)
                                        .setCluster(name)
                                        .build()))));
    service.addresses().stream()
        .skip(1)
        .forEach(ip ->
            listener.addAdditionalAddresses(
                AdditionalAddress.newBuilder().setAddress(address(ip, port.number()))));
    return listener.build();
  }

  static Address address(String ip, int port) {
    return Address.newBuilder()
        .setSocketAddress(SocketAddress.newBuilder().setAddress(ip).setPortValue(port))
        .build();
  }
}
