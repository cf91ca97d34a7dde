package io.isthmus.proxy.xds;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import com.google.protobuf.ListValue;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.core.v3.TransportSocket;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
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
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.Rds;
import io.envoyproxy.envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.isthmus.certs.BundleSet;
import io.isthmus.certs.TrustBundle;
import java.util.List;
import java.util.Map;

/** Resources as the control plane sends them: one meshed Service {@code shop/hello}, port 80. */
final class Wire {
  static final String HELLO = "outbound/shop/hello/80";
  private static final String TLS = "envoy.extensions.transport_sockets.tls.v3.";
  private static final String NETWORK = "envoy.extensions.filters.network.";

  private Wire() {}

  static Cluster hello(String peer) {
    StringMatcher matcher = StringMatcher.newBuilder().setExact(peer).build();
    CombinedCertificateValidationContext context =
        CombinedCertificateValidationContext.newBuilder()
            .setDefaultValidationContext(
                CertificateValidationContext.newBuilder()
                    .addMatchTypedSubjectAltNames(
                        SubjectAltNameMatcher.newBuilder()
                            .setSanType(SubjectAltNameMatcher.SanType.URI)
                            .setMatcher(matcher)))
            .setValidationContextSdsSecretConfig(
                SdsSecretConfig.newBuilder().setName("bundle/west.demo"))
            .build();
    UpstreamTlsContext tls =
        UpstreamTlsContext.newBuilder()
            .setCommonTlsContext(
                CommonTlsContext.newBuilder().setCombinedValidationContext(context))
            .build();
    return Cluster.newBuilder()
        .setName(HELLO)
        .setType(Cluster.DiscoveryType.EDS)
        .setMetadata(
            ours(Map.of("namespace", text("shop"), "service", text("hello"), "port", number(80))))
        .addTransportSocketMatches(
            Cluster.TransportSocketMatch.newBuilder()
                .setName("hbone")
                .setMatch(Struct.newBuilder().putFields("tunnel", text("hbone")))
                .setTransportSocket(
                    TransportSocket.newBuilder()
                        .setName("envoy.transport_sockets.tls")
                        .setTypedConfig(any(TLS + "UpstreamTlsContext", tls))))
        .build();
  }

  static ClusterLoadAssignment helloAt(String ip) {
    LbEndpoint endpoint =
        LbEndpoint.newBuilder()
            .setEndpoint(Endpoint.newBuilder().setAddress(address(ip, 8080)))
            .setMetadata(
                Metadata.newBuilder()
                    .putFilterMetadata(
                        "envoy.transport_socket_match",
                        Struct.newBuilder().putFields("tunnel", text("hbone")).build())
                    .putFilterMetadata(
                        "isthmus.io",
                        Struct.newBuilder().putFields("authority", text(ip + ":8080")).build()))
            .build();
    return ClusterLoadAssignment.newBuilder()
        .setClusterName(HELLO)
        .addEndpoints(LocalityLbEndpoints.newBuilder().addLbEndpoints(endpoint))
        .build();
  }

  static Listener outbound(String name, String ip, String cluster) {
    TcpProxy proxy = TcpProxy.newBuilder().setStatPrefix(name).setCluster(cluster).build();
    return Listener.newBuilder()
        .setName(name)
        .setAddress(address(ip, 80))
        .addFilterChains(chain(any(NETWORK + "tcp_proxy.v3.TcpProxy", proxy)))
        .build();
  }

  static Listener inbound() {
    HttpConnectionManager hcm =
        HttpConnectionManager.newBuilder()
            .setRds(Rds.newBuilder().setRouteConfigName("inbound"))
            .build();
    DownstreamTlsContext tls =
        DownstreamTlsContext.newBuilder()
            .setRequireClientCertificate(BoolValue.newBuilder().setValue(true))
            .build();
    Struct domain =
        Struct.newBuilder()
            .putFields("name", text("west.demo"))
            .putFields("cluster", text("west"))
            .build();
    Any filter = any(NETWORK + "http_connection_manager.v3.HttpConnectionManager", hcm);
    return Listener.newBuilder()
        .setName("inbound")
        .setAddress(address("0.0.0.0", 15008))
        .setMetadata(
            ours(Map.of("trust_domains", list(Value.newBuilder().setStructValue(domain).build()))))
        .addFilterChains(
            chain(filter).toBuilder()
                .setTransportSocket(
                    TransportSocket.newBuilder()
                        .setTypedConfig(any(TLS + "DownstreamTlsContext", tls))))
        .build();
  }

  static RouteConfiguration inboundRoutes(String authority, String cluster) {
    return RouteConfiguration.newBuilder()
        .setName("inbound")
        .addVirtualHosts(
            VirtualHost.newBuilder()
                .setName(authority)
                .addDomains(authority)
                .setMetadata(
                    ours(
                        Map.of(
                            "trust_domains",
                            list(text("west.demo")),
                            "tunnel",
                            text("end-to-end"))))
                .addRoutes(
                    Route.newBuilder().setRoute(RouteAction.newBuilder().setCluster(cluster))))
        .build();
  }

  static RouteConfiguration explicitRoutes(String name, String cluster) {
    return RouteConfiguration.newBuilder()
        .setName("explicit")
        .addVirtualHosts(
            VirtualHost.newBuilder()
                .setName(name)
                .addDomains(name)
                .addRoutes(
                    Route.newBuilder().setRoute(RouteAction.newBuilder().setCluster(cluster))))
        .build();
  }

  static Cluster inboundCluster(int port) {
    return inboundCluster("127.1.0.10", port);
  }

  static Cluster inboundCluster(String ip, int port) {
    LbEndpoint endpoint =
        LbEndpoint.newBuilder()
            .setEndpoint(Endpoint.newBuilder().setAddress(address(ip, port)))
            .build();
    return Cluster.newBuilder()
        .setName("inbound/" + port)
        .setType(Cluster.DiscoveryType.STATIC)
        .setLoadAssignment(
            ClusterLoadAssignment.newBuilder()
                .addEndpoints(LocalityLbEndpoints.newBuilder().addLbEndpoints(endpoint)))
        .build();
  }

  static Secret bundle(TrustBundle bundle) {
    SPIFFECertValidatorConfig config =
        SPIFFECertValidatorConfig.newBuilder()
            .setTrustBundles(
                DataSource.newBuilder()
                    .setInlineString(new String(BundleSet.of(bundle).toJson(), UTF_8)))
            .build();
    return Secret.newBuilder()
        .setName("bundle/" + bundle.trustDomain())
        .setValidationContext(
            CertificateValidationContext.newBuilder()
                .setCustomValidatorConfig(
                    TypedExtensionConfig.newBuilder()
                        .setName("envoy.tls.cert_validator.spiffe")
                        .setTypedConfig(any(TLS + "SPIFFECertValidatorConfig", config))))
        .build();
  }

  private static Any any(String type, MessageLite message) {
    return Any.newBuilder()
        .setTypeUrl("type.googleapis.com/" + type)
        .setValue(message.toByteString())
        .build();
  }

  private static FilterChain chain(Any filter) {
    return FilterChain.newBuilder().addFilters(Filter.newBuilder().setTypedConfig(filter)).build();
  }

  private static Address address(String ip, int port) {
    return Address.newBuilder()
        .setSocketAddress(SocketAddress.newBuilder().setAddress(ip).setPortValue(port))
        .build();
  }

  private static Metadata ours(Map<String, Value> fields) {
    return Metadata.newBuilder()
        .putFilterMetadata("isthmus.io", Struct.newBuilder().putAllFields(fields).build())
        .build();
  }

  private static Value text(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  private static Value number(int number) {
    return Value.newBuilder().setNumberValue(number).build();
  }

  private static Value list(Value value) {
    return Value.newBuilder()
        .setListValue(ListValue.newBuilder().addAllValues(List.of(value)))
        .build();
  }
}
