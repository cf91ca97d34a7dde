package io.isthmus.proxy.xds;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import org.junit.jupiter.api.Test;

final class ReadersTest {
  private static final Node NODE =
      new Node(
          Node.Role.SIDECAR,
          "west",
          new Node.Workload("shop", "web", "web-1", "127.1.0.10"),
          Node.ExplicitNames.NOT_ASKED);

  @Test
  void namesTheClusterTypeThatIsNotSupported() {
    Cluster cluster =
        Cluster.newBuilder().setName("x").setType(Cluster.DiscoveryType.STRICT_DNS).build();
    assertThatExceptionOfType(InvalidResourceException.class)
        .isThrownBy(() -> new ClusterReader(NODE).read(cluster))
        .withMessage("Cluster x: type is \"STRICT_DNS\": expected EDS or STATIC");
  }

  @Test
  void refusesAnIdOfAnotherTrustDomainThanItsBundle() {
    Cluster cluster = Wire.hello("spiffe://east.demo/ns/shop/sa/hello");
    assertThatExceptionOfType(InvalidResourceException.class)
        .isThrownBy(() -> new ClusterReader(NODE).read(cluster))
        .withMessageContaining("expected a URI SAN of trust domain west.demo");
  }

  @Test
  void refusesAListenerWithAnUnknownName() {
    Listener listener = Listener.newBuilder().setName("somewhere").build();
    assertThatExceptionOfType(InvalidResourceException.class)
        .isThrownBy(() -> ListenerReader.read(listener))
        .withMessageContaining("Listener somewhere: name is");
  }

  @Test
  void refusesARouteWithoutACluster() {
    RouteConfiguration routes = Wire.inboundRoutes("web.shop.svc:80", "");
    assertThatExceptionOfType(InvalidResourceException.class)
        .isThrownBy(() -> RouteReader.read(routes))
        .withMessageContaining("route.cluster is \"\": expected the name of a cluster");
  }

  @Test
  void refusesAnEndpointThatIsAName() {
    assertThatExceptionOfType(InvalidResourceException.class)
        .isThrownBy(() -> EndpointReader.read(Wire.helloAt("hello.shop")))
        .withMessageContaining("\"hello.shop\": expected an IP address");
  }

  @Test
  void refusesASecretThatIsNoBundle() {
    Secret secret = Secret.newBuilder().setName("default").build();
    assertThatExceptionOfType(InvalidResourceException.class)
        .isThrownBy(() -> SecretReader.read(secret))
        .withMessageContaining("expected bundle/<trust domain>");
  }
}
