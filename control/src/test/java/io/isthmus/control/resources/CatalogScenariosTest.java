package io.isthmus.control.resources;

import static io.isthmus.control.resources.TestCluster.GATEWAY;
import static io.isthmus.control.resources.TestCluster.at;
import static io.isthmus.control.resources.TestCluster.endpoints;
import static io.isthmus.control.resources.TestCluster.expected;
import static io.isthmus.control.resources.TestCluster.find;
import static io.isthmus.control.resources.TestCluster.inbound;
import static io.isthmus.control.resources.TestCluster.key;
import static io.isthmus.control.resources.TestCluster.of;
import static io.isthmus.control.resources.TestCluster.service;
import static io.isthmus.control.resources.TestCluster.sidecar;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.isthmus.control.state.Export;
import io.isthmus.control.state.MeshEndpoint;
import io.isthmus.control.state.MeshPod.Proxy;
import io.isthmus.control.state.MeshService;
import io.isthmus.control.state.Mirror;
import io.isthmus.control.state.Peer.Exports;
import io.isthmus.control.state.ProxyNode;
import io.isthmus.control.state.Scope;
import io.isthmus.control.state.TunnelMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a state of the cluster comes to at one proxy: a scenario, and what is served. */
final class CatalogScenariosTest {
  private static final MeshService.Reach LOCAL = new MeshService.Reach.Local();
  private static final ProxyNode HELLO = sidecar("hello", "10.0.0.1");
  private static final String CLUSTER = "outbound/shop/hello/80";

  private final TestCluster cluster = new TestCluster();
  private NodeResources served = NodeResources.EMPTY;

  private NodeResources serve(ProxyNode node) {
    served = cluster.resources(node);
    return served;
  }

  @AfterEach
  void nothingRefersToNothing() {
    assertThat(Consistency.problems(served)).isEmpty();
  }

  private static MeshService.Reach exported(TunnelMode tunnel, String... audience) {
    return new MeshService.Reach.Exported(
        new Export(
            audience.length == 0 ? Optional.empty() : Optional.of(Set.of(audience)),
            tunnel,
            Export.Unmeshed.REFUSED));
  }

  private static MeshService.Reach mirrored(TunnelMode tunnel) {
    return new MeshService.Reach.Mirrored(
        new Mirror("west", "hello.store.svc.cluster.local", tunnel));
  }

  private static MeshEndpoint gatewayOfWest() {
    return new MeshEndpoint(
        "192.0.2.1", Map.of("http", 15008), MeshEndpoint.Health.READY, Optional.empty());
  }

  @Test
  void meshedEndpointIsTunnelledToAndUnmeshedOneIsNot() {
    cluster
        .service(service("shop/hello", LOCAL))
        .pod("hello", Proxy.PRESENT, "10.0.0.1")
        .pod("old", Proxy.ABSENT, "10.0.0.2")
        .endpoint("shop/hello", of("hello", "10.0.0.1"))
        .endpoint("shop/hello", of("old", "10.0.0.2"));
    assertThat(endpoints(serve(HELLO), CLUSTER))
        .containsExactly(
            "10.0.0.1:8080 HEALTHY hbone 10.0.0.1:8080", "10.0.0.2:8080 HEALTHY plain");
  }

  @Test
  void expectedIdentitiesAreThoseOfTheMeshedPodsServiceAccounts() {
    cluster
        .service(service("shop/hello", LOCAL))
        .pod("hello", Proxy.PRESENT, "10.0.0.1")
        .pod("canary", Proxy.PRESENT, "10.0.0.2")
        .pod("old", Proxy.ABSENT, "10.0.0.3")
        .endpoint("shop/hello", at("10.0.0.1"))
        .endpoint("shop/hello", of("canary", "10.0.0.2"))
        .endpoint("shop/hello", of("old", "10.0.0.3"));
    assertThat(expected(serve(HELLO), CLUSTER))
        .containsExactly(
            "hbone: bundle/east.test [spiffe://east.test/ns/shop/sa/canary,"
                + " spiffe://east.test/ns/shop/sa/hello]");
  }

  @Test
  void endpointsHealthIsTheSlices() {
    cluster
        .service(service("shop/hello", LOCAL))
        .endpoint(
            "shop/hello",
            new MeshEndpoint(
                "10.0.0.5", Map.of("http", 1), MeshEndpoint.Health.NOT_READY, Optional.empty()))
        .endpoint(
            "shop/hello",
            new MeshEndpoint(
                "10.0.0.6", Map.of("http", 1), MeshEndpoint.Health.DRAINING, Optional.empty()));
    assertThat(endpoints(serve(HELLO), CLUSTER))
        .containsExactly("10.0.0.5:1 UNHEALTHY plain", "10.0.0.6:1 DRAINING plain");
  }

  @Test
  void endpointWhosePodIsGoneIsNotReachedInPlainText() {
    cluster.service(service("shop/hello", LOCAL)).endpoint("shop/hello", of("hello", "10.0.0.1"));
    assertThat(endpoints(serve(HELLO), CLUSTER)).isEmpty();
  }

  @Test
  void sidecarAnswersForTheServicesThatLeadToItsPodAndNoOthers() {
    cluster
        .service(service("shop/hello", LOCAL))
        .service(service("shop/other", LOCAL))
        .pod("hello", Proxy.PRESENT, "10.0.0.1")
        .pod("other", Proxy.PRESENT, "10.0.0.2")
        .endpoint("shop/hello", of("hello", "10.0.0.1"))
        .endpoint("shop/other", of("other", "10.0.0.2"));
    assertThat(inbound(serve(HELLO)))
        .containsExactly(
            "hello.shop.svc.cluster.local:80 -> inbound/8080 for [east.test] end-to-end");
    assertThat(served.find(ResourceKind.CLUSTER, "inbound/8080")).isPresent();
  }

  @Test
  void sidecarOfADualStackPodAnswersForAnIpv6ServiceToo() {
    cluster
        .service(service("shop/hello", LOCAL))
        .pod("hello", Proxy.PRESENT, "10.0.0.1", "fd00::1")
        .endpoint("shop/hello", of("hello", "fd00::1"));
    assertThat(inbound(serve(HELLO))).hasSize(1);
    assertThat(endpoints(served, CLUSTER))
        .containsExactly("fd00::1:8080 HEALTHY hbone [fd00::1]:8080");
  }

  @Test
  void severalPortsEachHaveTheirOwnTarget() {
    cluster
        .service(
            new MeshService(
                key("shop/hello"),
                List.of("10.96.0.1"),
                List.of(new MeshService.Port("http", 80), new MeshService.Port("admin", 81)),
                LOCAL))
        .endpoint(
            "shop/hello",
            new MeshEndpoint(
                "10.0.0.1",
                Map.of("http", 8080, "admin", 9090),
                MeshEndpoint.Health.READY,
                Optional.empty()));
    assertThat(inbound(serve(HELLO)))
        .containsExactly(
            "hello.shop.svc.cluster.local:80 -> inbound/8080 for [east.test] end-to-end",
            "hello.shop.svc.cluster.local:81 -> inbound/9090 for [east.test] end-to-end");
    assertThat(endpoints(served, "outbound/shop/hello/81"))
        .containsExactly("10.0.0.1:9090 HEALTHY plain");
  }

  @Test
  void headlessServiceHasAClusterAndNamesButNoListener() {
    cluster.service(
        new MeshService(
            key("shop/hello"), List.of(), List.of(new MeshService.Port("http", 80)), LOCAL));
    serve(HELLO);
    assertThat(served.find(ResourceKind.CLUSTER, CLUSTER)).isPresent();
    assertThat(served.all(ResourceKind.LISTENER)).containsOnlyKeys("inbound");
    assertThat(domains()).contains("hello.shop:80");
  }

  @Test
  void listenerHasEveryClusterAddressAlsoOfIpv6() {
    cluster.service(
        new MeshService(
            key("shop/hello"),
            List.of("fd00:10::1", "10.96.0.1"),
            List.of(new MeshService.Port("http", 80)),
            LOCAL));
    Listener listener = find(serve(HELLO), ResourceKind.LISTENER, CLUSTER, Listener.class);
    assertThat(listener.getAddress().getSocketAddress().getAddress()).isEqualTo("fd00:10::1");
    assertThat(listener.getAdditionalAddresses(0).getAddress().getSocketAddress().getAddress())
        .isEqualTo("10.96.0.1");
    assertThat(listener.getBindToPort().getValue()).isFalse();
  }

  @Test
  void mirrorLeadsToTheGatewayWithTheLinksIdentityAndInnerTlsEndToEnd() {
    cluster
        .service(service("shop/hello", mirrored(TunnelMode.END_TO_END)))
        .endpoint("shop/hello", gatewayOfWest())
        .linked(Exports.ENABLED);
    assertThat(endpoints(serve(HELLO), CLUSTER))
        .containsExactly("192.0.2.1:15008 HEALTHY gateway hello.store.svc.cluster.local:80 inner");
    assertThat(expected(served, CLUSTER))
        .containsExactly(
            "gateway: bundle/west.test [spiffe://west.test/ns/edge/sa/isthmus-gateway]",
            "inner: bundle/west.test [spiffe://west.test/ns/store/sa/*]");
  }

  @Test
  void mirrorWhoseTunnelIsTerminatedExpectsTheGatewayOnly() {
    cluster
        .service(service("shop/hello", mirrored(TunnelMode.TERMINATE)))
        .endpoint("shop/hello", gatewayOfWest())
        .linked(Exports.ENABLED);
    assertThat(endpoints(serve(HELLO), CLUSTER))
        .containsExactly("192.0.2.1:15008 HEALTHY gateway hello.store.svc.cluster.local:80");
    assertThat(expected(served, CLUSTER))
        .containsExactly(
            "gateway: bundle/west.test [spiffe://west.test/ns/edge/sa/isthmus-gateway]");
  }

  @Test
  void mirrorOfAnUntrustedPeerHasNeitherEndpointsNorWaysToThem() {
    cluster
        .service(service("shop/hello", mirrored(TunnelMode.END_TO_END)))
        .endpoint("shop/hello", gatewayOfWest());
    assertThat(endpoints(serve(HELLO), CLUSTER)).isEmpty();
    assertThat(expected(served, CLUSTER)).isEmpty();
  }

  @Test
  void mirrorIsNeverAnsweredForNorExported() {
    cluster
        .service(service("shop/hello", mirrored(TunnelMode.END_TO_END)))
        .endpoint("shop/hello", at("10.0.0.1"))
        .linked(Exports.ENABLED);
    assertThat(inbound(serve(HELLO))).isEmpty();
    assertThat(inbound(serve(GATEWAY))).isEmpty();
  }

  @Test
  void gatewaysTableHoldsExportsAndNothingElse() {
    cluster
        .service(service("shop/hello", exported(TunnelMode.TERMINATE)))
        .service(service("shop/secret", LOCAL))
        .linked(Exports.ENABLED);
    assertThat(inbound(serve(GATEWAY)))
        .containsExactly(
            "hello.shop.svc.cluster.local:80 -> " + CLUSTER + " for [west.test] terminate");
    assertThat(served.all(ResourceKind.CLUSTER)).containsOnlyKeys(CLUSTER);
    assertThat(served.all(ResourceKind.ENDPOINTS)).containsOnlyKeys(CLUSTER);
    assertThat(served.all(ResourceKind.LISTENER)).containsOnlyKeys("inbound");
    assertThat(served.find(ResourceKind.ROUTE, "explicit")).isEmpty();
  }

  @Test
  void exportedToNarrowsWhoIsAllowed() {
    cluster
        .service(service("shop/hello", exported(TunnelMode.END_TO_END, "north")))
        .endpoint("shop/hello", at("10.0.0.1"))
        .linked(Exports.ENABLED);
    assertThat(inbound(serve(HELLO)).getFirst()).contains("for [east.test]");
    assertThat(inbound(serve(GATEWAY))).isEmpty();
    cluster.service(service("shop/hello", exported(TunnelMode.END_TO_END, "north", "west")));
    assertThat(inbound(serve(HELLO)).getFirst()).contains("for [east.test, west.test]");
    assertThat(inbound(serve(GATEWAY))).hasSize(1);
  }

  @Test
  void peerWhoseLinkHasExportDisabledReachesNothing() {
    cluster
        .service(service("shop/hello", exported(TunnelMode.END_TO_END)))
        .endpoint("shop/hello", at("10.0.0.1"))
        .linked(Exports.DISABLED);
    assertThat(inbound(serve(GATEWAY))).isEmpty();
    assertThat(inbound(serve(HELLO)).getFirst()).contains("for [east.test]");
  }

  @Test
  void scopeNamespaceShowsASidecarItsOwnNamespaceOnly() {
    cluster.service(service("shop/hello", LOCAL)).service(service("bank/vault", LOCAL));
    assertThat(serve(HELLO).all(ResourceKind.CLUSTER)).containsOnlyKeys(CLUSTER);
    assertThat(domains()).noneMatch(domain -> domain.startsWith("vault"));
  }

  @Test
  void scopeClusterShowsAllButGivesShortNamesInTheOwnNamespaceOnly() {
    cluster
        .scope(Scope.CLUSTER)
        .service(service("shop/hello", LOCAL))
        .service(service("bank/vault", LOCAL));
    assertThat(serve(HELLO).all(ResourceKind.CLUSTER))
        .containsOnlyKeys(CLUSTER, "outbound/bank/vault/80");
    assertThat(domains())
        .containsExactlyInAnyOrder(
            "hello.shop.svc.cluster.local:80",
            "hello.shop.svc:80",
            "hello.shop:80",
            "hello:80",
            "vault.bank.svc.cluster.local:80",
            "vault.bank.svc:80",
            "vault.bank:80");
  }

  private List<String> domains() {
    return find(served, ResourceKind.ROUTE, "explicit", RouteConfiguration.class)
        .getVirtualHostsList()
        .stream()
        .flatMap(host -> host.getDomainsList().stream())
        .toList();
  }
}
