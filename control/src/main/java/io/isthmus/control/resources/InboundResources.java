package io.isthmus.control.resources;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.config.route.v3.RouteMatch.ConnectMatcher;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.isthmus.api.ObjectNames;
import io.isthmus.certs.TrustDomain;
import io.isthmus.control.resources.Metadatas.Truth;
import io.isthmus.control.state.Export;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;

/** What a proxy needs to be called: its listener, and the closed table of what it answers for. */
final class InboundResources {
  private static final String HTTP_CONNECTION_MANAGER =
      "envoy.filters.network.http_connection_manager";
  private static final String ROUTER = "envoy.filters.http.router";

  private InboundResources() {}

  /** What one authority leads to, and for whom. */
  record InboundRoute(
      String authority, String cluster, SortedSet<TrustDomain> allowed, Policy policy) {}

  /** How the call goes on: words of the Service's annotations. */
  record Policy(String tunnel, Export.Unmeshed unmeshed) {}

  /** The listener with the trust domains whose callers may connect, each with its cluster. */
  static Resource listener(TrustDomain own, SortedMap<TrustDomain, String> callers) {
    List<Value> domains = callers.entrySet().stream().map(InboundResources::trustDomain).toList();
    HttpConnectionManager manager =
        HttpConnectionManager.newBuilder()
            .setStatPrefix(Names.INBOUND)
            .setRds(
                Rds.newBuilder()
                    .setRouteConfigName(Names.INBOUND)
                    .setConfigSource(TlsResources.ads()))
            .setHttp2ProtocolOptions(Http2ProtocolOptions.newBuilder().setAllowConnect(true))
            .addUpgradeConfigs(
                HttpConnectionManager.UpgradeConfig.newBuilder().setUpgradeType("CONNECT"))
            .addHttpFilters(
                HttpFilter.newBuilder()
                    .setName(ROUTER)
                    .setTypedConfig(TlsResources.pack(Router.getDefaultInstance())))
            .build();
    return Resource.of(
        Names.INBOUND,
        Listener.newBuilder()
            .setName(Names.INBOUND)
            .setAddress(OutboundResources.address("0.0.0.0", ObjectNames.GATEWAY_PORT))
            .addFilterChains(
                FilterChain.newBuilder()
                    .setTransportSocket(TlsResources.downstream(own))
                    .addFilters(
                        Filter.newBuilder()
                            .setName(HTTP_CONNECTION_MANAGER)
                            .setTypedConfig(TlsResources.pack(manager))))
            .setMetadata(
                Metadatas.of(
                    Struct.newBuilder()
                        .putFields("trust_domains", Metadatas.list(domains))
                        .build()))
            .build());
  }

  private static Value trustDomain(Map.Entry<TrustDomain, String> caller) {
    return Metadatas.struct(
        Struct.newBuilder()
            .putFields("name", Metadatas.text(caller.getKey().name()))
            .putFields("cluster", Metadatas.text(caller.getValue()))
            .build());
  }

  static Resource routes(List<InboundRoute> routes) {
    RouteConfiguration.Builder table = RouteConfiguration.newBuilder().setName(Names.INBOUND);
    routes.forEach(route -> table.addVirtualHosts(virtualHost(route)));
    return Resource.of(Names.INBOUND, table.build());
  }

  private static VirtualHost virtualHost(InboundRoute route) {
    List<Value> allowed =
        route.allowed().stream().map(domain -> Metadatas.text(domain.name())).toList();
    Struct metadata =
        Struct.newBuilder()
            .putFields("trust_domains", Metadatas.list(allowed))
            .putFields("tunnel", Metadatas.text(route.policy().tunnel()))
            .putFields(
                "allow_unmeshed",
                Metadatas.truth(
                    route.policy().unmeshed() == Export.Unmeshed.ALLOWED ? Truth.YES : Truth.NO))
            .build();
    return VirtualHost.newBuilder()
        .setName(route.authority())
        .addDomains(route.authority())
        .addRoutes(
            Route.newBuilder()
                .setMatch(
                    RouteMatch.newBuilder().setConnectMatcher(ConnectMatcher.getDefaultInstance()))
                .setRoute(
                    RouteAction.newBuilder()
                        .setCluster(route.cluster())
                        .addUpgradeConfigs(
                            RouteAction.UpgradeConfig.newBuilder()
                                .setUpgradeType("CONNECT")
                                .setConnectConfig(
                                    RouteAction.UpgradeConfig.ConnectConfig.getDefaultInstance())))
                .setMetadata(Metadatas.of(metadata)))
        .build();
  }

  /** The app beside the proxy. */
  static Resource cluster(String ip, int targetPort) {
    String name = Names.inbound(targetPort);
    return Resource.of(
        name,
        Cluster.newBuilder()
            .setName(name)
            .setType(Cluster.DiscoveryType.STATIC)
            .setLoadAssignment(
                ClusterLoadAssignment.newBuilder()
                    .setClusterName(name)
                    .addEndpoints(
                        LocalityLbEndpoints.newBuilder()
                            .addLbEndpoints(
                                LbEndpoint.newBuilder()
                                    .setEndpoint(
                                        Endpoint.newBuilder()
                                            .setAddress(
                                                OutboundResources.address(ip, targetPort))))))
            .build());
  }
}
