package io.isthmus.control.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.isthmus.certs.BundleSet;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.control.state.ClusterState;
import io.isthmus.control.state.Export;
import io.isthmus.control.state.Mesh;
import io.isthmus.control.state.MeshEndpoint;
import io.isthmus.control.state.MeshPod;
import io.isthmus.control.state.MeshService;
import io.isthmus.control.state.Mirror;
import io.isthmus.control.state.Peer;
import io.isthmus.control.state.ProxyNode;
import io.isthmus.control.state.Scope;
import io.isthmus.control.state.ServiceKey;
import io.isthmus.control.state.TunnelMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class CatalogTest {
  private static final TestCa EAST = TestCa.create("east.test");
  private static final TestCa WEST = TestCa.create("west.test");
  private static final Mesh MESH =
      new Mesh("east", EAST.trustDomain(), "cluster.local", "isthmus-system");
  private static final ProxyNode SIDECAR =
      new ProxyNode.Sidecar(EAST.id("shop", "hello"), "shop", "hello-1", "10.0.0.1");
  private static final ProxyNode GATEWAY =
      new ProxyNode.Gateway(EAST.id("isthmus-system", "isthmus-gateway"), "gw", "10.0.0.2");

  private static MeshService service(String name, MeshService.Reach reach) {
    return new MeshService(
        new ServiceKey("shop", name),
        List.of("10.96.0.1"),
        List.of(new MeshService.Port("http", 80)),
        reach);
  }

  private static MeshService.Reach exported(Optional<Set<String>> audience) {
    return new MeshService.Reach.Exported(
        new Export(audience, TunnelMode.END_TO_END, Export.Unmeshed.REFUSED));
  }

  private static NodeResources resources(
      ProxyNode node, MeshService service, Map<String, Peer> peers) {
    MeshEndpoint endpoint =
        new MeshEndpoint(
            "10.0.0.1", Map.of("http", 8080), MeshEndpoint.Health.READY, Optional.empty());
    MeshPod pod =
        new MeshPod(
            new ServiceKey("shop", "hello-1"), List.of("10.0.0.1"), "hello", MeshPod.Proxy.PRESENT);
    BundleSet bundles = BundleSet.of(EAST.bundle());
    ClusterState state =
        new ClusterState(
            MESH,
            new TreeMap<>(Map.of(service.key(), service)),
            Map.of(service.key(), List.of(endpoint)),
            ClusterState.Pods.of(List.of(pod)),
            new ClusterState.Trust(
                new TreeMap<>(peers), peers.isEmpty() ? bundles : bundles.with(WEST.bundle())));
    return new Catalog(state, Scope.NAMESPACE).resourcesOf(node);
  }

  private static Map<String, Peer> linked() {
    return Map.of(
        "west",
        new Peer(
            "west",
            WEST.trustDomain(),
            WEST.id("isthmus-system", "isthmus-gateway"),
            Peer.Exports.ENABLED));
  }

  private static RouteConfiguration inbound(NodeResources resources) {
    return (RouteConfiguration)
        resources.find(ResourceKind.ROUTE, "inbound").orElseThrow().message();
  }

  private static String cluster(NodeResources resources, String name) {
    Cluster found = (Cluster) resources.find(ResourceKind.CLUSTER, name).orElseThrow().message();
    return found.toString();
  }

  @Test
  void sidecarExpectsTheExactIdentityBehindAService() {
    NodeResources found =
        resources(SIDECAR, service("hello", new MeshService.Reach.Local()), Map.of());
    assertThat(cluster(found, "outbound/shop/hello/80")).contains("tunnel", "hbone");
    assertThat(found.find(ResourceKind.CLUSTER, "inbound/8080")).isPresent();
    assertThat(inbound(found).getVirtualHosts(0).getName())
        .isEqualTo("hello.shop.svc.cluster.local:80");
    assertThat(Consistency.problems(found)).isEmpty();
  }

  @Test
  void gatewayKnowsNothingThatIsNotExported() {
    NodeResources found =
        resources(GATEWAY, service("hello", new MeshService.Reach.Local()), linked());
    assertThat(inbound(found).getVirtualHostsList()).isEmpty();
    assertThat(found.all(ResourceKind.CLUSTER)).isEmpty();
  }

  @Test
  void gatewayAllowsTheAudienceOfAnExportOnly() {
    NodeResources found =
        resources(GATEWAY, service("hello", exported(Optional.empty())), linked());
    assertThat(inbound(found).getVirtualHosts(0).toString())
        .contains("west.test")
        .doesNotContain("east.test");
    assertThat(Consistency.problems(found)).isEmpty();
    NodeResources elsewhere =
        resources(GATEWAY, service("hello", exported(Optional.of(Set.of("north")))), linked());
    assertThat(inbound(elsewhere).getVirtualHostsList()).isEmpty();
  }

  @Test
  void mirrorOfAPeerThatIsNotTrustedHasNoEndpoints() {
    MeshService.Reach mirrored =
        new MeshService.Reach.Mirrored(
            new Mirror("west", "hello.shop.svc.cluster.local", TunnelMode.END_TO_END));
    NodeResources untrusted = resources(SIDECAR, service("hello-west", mirrored), Map.of());
    ClusterLoadAssignment none =
        (ClusterLoadAssignment)
            untrusted
                .find(ResourceKind.ENDPOINTS, "outbound/shop/hello-west/80")
                .orElseThrow()
                .message();
    assertThat(none.getEndpointsList()).isEmpty();
    NodeResources trusted = resources(SIDECAR, service("hello-west", mirrored), linked());
    assertThat(cluster(trusted, "outbound/shop/hello-west/80")).contains("gateway", "inner");
    assertThat(Consistency.problems(trusted)).isEmpty();
  }

  @Test
  void equalStatesGiveEqualVersions() {
    MeshService hello = service("hello", exported(Optional.empty()));
    assertThat(resources(GATEWAY, hello, linked()).all(ResourceKind.CLUSTER))
        .isEqualTo(resources(GATEWAY, hello, linked()).all(ResourceKind.CLUSTER));
  }

  @Test
  void gatewayKnowsNothingOfAnExportThatIsMisread() {
    MeshService misread = service("hello", new MeshService.Reach.Misread("tunnel is 'x'"));
    NodeResources found = resources(GATEWAY, misread, linked());
    assertThat(inbound(found).getVirtualHostsList()).isEmpty();
    NodeResources local = resources(SIDECAR, misread, linked());
    assertThat(cluster(local, "outbound/shop/hello/80")).contains("hbone");
    assertThat(inbound(local).getVirtualHosts(0).toString()).doesNotContain("west.test");
  }
}
