package io.isthmus.control.resources;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext.CombinedCertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.isthmus.certs.BundleSet;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.control.state.ClusterState;
import io.isthmus.control.state.Mesh;
import io.isthmus.control.state.MeshEndpoint;
import io.isthmus.control.state.MeshPod;
import io.isthmus.control.state.MeshService;
import io.isthmus.control.state.Peer;
import io.isthmus.control.state.ProxyNode;
import io.isthmus.control.state.Scope;
import io.isthmus.control.state.ServiceKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Cluster east, filled by a test; and the served resources in words that a test can compare. */
final class TestCluster {
  static final TestCa EAST = TestCa.create("east.test");
  static final TestCa WEST = TestCa.create("west.test");
  static final ProxyNode GATEWAY =
      new ProxyNode.Gateway(EAST.id("isthmus-system", "isthmus-gateway"), "gateway-1", "10.0.9.9");

  private final TreeMap<ServiceKey, MeshService> services = new TreeMap<>();
  private final Map<ServiceKey, List<MeshEndpoint>> endpoints = new HashMap<>();
  private final List<MeshPod> pods = new ArrayList<>();
  private final TreeMap<String, Peer> peers = new TreeMap<>();
  private Scope scope = Scope.NAMESPACE;
  private BundleSet bundles = BundleSet.of(EAST.bundle());

  /** The sidecar of Pod {@code shop/<account>-1}. */
  static ProxyNode sidecar(String account, String ip) {
    return new ProxyNode.Sidecar(EAST.id("shop", account), "shop", account + "-1", ip);
  }

  TestCluster scope(Scope wanted) {
    scope = wanted;
    return this;
  }

  TestCluster service(MeshService service) {
    services.put(service.key(), service);
    return this;
  }

  /** With the one port http, 80. */
  static MeshService service(String key, MeshService.Reach reach) {
    return new MeshService(
        key(key), List.of("10.96.0.1"), List.of(new MeshService.Port("http", 80)), reach);
  }

  static ServiceKey key(String key) {
    String[] parts = key.split("/", 2);
    return new ServiceKey(parts[0], parts[1]);
  }

  /** Pod {@code shop/<account>-1}. */
  TestCluster pod(String account, MeshPod.Proxy proxy, String... ips) {
    pods.add(new MeshPod(key("shop/" + account + "-1"), List.of(ips), account, proxy));
    return this;
  }

  TestCluster endpoint(String service, MeshEndpoint endpoint) {
    endpoints.computeIfAbsent(key(service), _ -> new ArrayList<>()).add(endpoint);
    return this;
  }

  /** A ready one whose port http is 8080. */
  static MeshEndpoint at(String ip) {
    return new MeshEndpoint(ip, Map.of("http", 8080), MeshEndpoint.Health.READY, Optional.empty());
  }

  /** A ready one whose port http is 8080, of Pod {@code shop/<account>-1}. */
  static MeshEndpoint of(String account, String ip) {
    return new MeshEndpoint(
        ip,
        Map.of("http", 8080),
        MeshEndpoint.Health.READY,
        Optional.of(key("shop/" + account + "-1")));
  }

  TestCluster linked(Peer.Exports exports) {
    peers.put(
        "west", new Peer("west", WEST.trustDomain(), WEST.id("edge", "isthmus-gateway"), exports));
    return this;
  }

  /** A trust domain of which no cluster is linked. */
  TestCluster federated(TrustBundle bundle) {
    bundles = bundles.with(bundle);
    return this;
  }

  NodeResources resources(ProxyNode node) {
    ClusterState state =
        new ClusterState(
            new Mesh("east", EAST.trustDomain(), "cluster.local", "isthmus-system"),
            services,
            endpoints,
            ClusterState.Pods.of(pods),
            new ClusterState.Trust(peers, peers.isEmpty() ? bundles : bundles.with(WEST.bundle())));
    return new Catalog(state, scope).resourcesOf(node);
  }

  static <T extends Message> T find(
      NodeResources resources, ResourceKind kind, String name, Class<T> type) {
    return type.cast(
        resources
            .find(kind, name)
            .orElseThrow(() -> new AssertionError(kind + " " + name + " is not there"))
            .message());
  }

  /** {@code <authority> -> <cluster> for [<trust domains>] <tunnel>}. */
  static List<String> inbound(NodeResources resources) {
    return find(resources, ResourceKind.ROUTE, "inbound", RouteConfiguration.class)
        .getVirtualHostsList()
        .stream()
        .map(TestCluster::row)
        .toList();
  }

  private static String row(VirtualHost host) {
    Struct fields = host.getRoutes(0).getMetadata().getFilterMetadataOrThrow("isthmus.io");
    List<String> allowed =
        fields.getFieldsOrThrow("trust_domains").getListValue().getValuesList().stream()
            .map(value -> value.getStringValue())
            .toList();
    return "%s -> %s for %s %s"
        .formatted(
            host.getDomains(0),
            host.getRoutes(0).getRoute().getCluster(),
            allowed,
            fields.getFieldsOrThrow("tunnel").getStringValue());
  }

  /** {@code <ip>:<port> <health> <tunnel> <authority> <inner>}, or {@code plain}. */
  static List<String> endpoints(NodeResources resources, String cluster) {
    return find(resources, ResourceKind.ENDPOINTS, cluster, ClusterLoadAssignment.class)
        .getEndpointsList()
        .stream()
        .flatMap(group -> group.getLbEndpointsList().stream())
        .map(TestCluster::row)
        .toList();
  }

  private static String row(LbEndpoint endpoint) {
    var address = endpoint.getEndpoint().getAddress().getSocketAddress();
    Map<String, Struct> metadata = endpoint.getMetadata().getFilterMetadataMap();
    String way = "plain";
    Struct match = metadata.get("envoy.transport_socket_match");
    Struct own = metadata.get("isthmus.io");
    if (match != null && own != null) {
      way =
          match.getFieldsOrThrow("tunnel").getStringValue()
              + " "
              + own.getFieldsOrThrow("authority").getStringValue()
              + (own.getFieldsOrThrow("inner").getBoolValue() ? " inner" : "");
    }
    return "%s:%d %s %s"
        .formatted(address.getAddress(), address.getPortValue(), endpoint.getHealthStatus(), way);
  }

  /** {@code <tunnel>: <bundle> <expected IDs>}. */
  static List<String> expected(NodeResources resources, String cluster) {
    return find(resources, ResourceKind.CLUSTER, cluster, Cluster.class)
        .getTransportSocketMatchesList()
        .stream()
        .map(TestCluster::row)
        .toList();
  }

  private static String row(Cluster.TransportSocketMatch match) {
    try {
      CombinedCertificateValidationContext validation =
          match
              .getTransportSocket()
              .getTypedConfig()
              .unpack(UpstreamTlsContext.class)
              .getCommonTlsContext()
              .getCombinedValidationContext();
      List<String> ids =
          validation.getDefaultValidationContext().getMatchTypedSubjectAltNamesList().stream()
              .map(san -> san.getMatcher())
              .map(id -> id.hasExact() ? id.getExact() : id.getPrefix() + "*")
              .toList();
      return "%s: %s %s"
          .formatted(
              match.getMatch().getFieldsOrThrow("tunnel").getStringValue(),
              validation.getValidationContextSdsSecretConfig().getName(),
              ids);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
