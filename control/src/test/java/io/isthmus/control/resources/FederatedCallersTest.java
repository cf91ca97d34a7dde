package io.isthmus.control.resources;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.control.state.Export;
import io.isthmus.control.state.MeshPod;
import io.isthmus.control.state.MeshService;
import io.isthmus.control.state.Peer;
import io.isthmus.control.state.TunnelMode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Callers of a trust domain that is federated, and of which no cluster is linked. */
final class FederatedCallersTest {
  private static final TestCa PARTNER = TestCa.create("partner.test");

  private static NodeResources resources(
      io.isthmus.control.state.ProxyNode node, Optional<Set<String>> audience) {
    return new TestCluster()
        .federated(PARTNER.bundle())
        .linked(Peer.Exports.ENABLED)
        .service(
            TestCluster.service(
                "shop/hello",
                new MeshService.Reach.Exported(
                    new Export(audience, TunnelMode.END_TO_END, Export.Unmeshed.REFUSED))))
        .pod("hello", MeshPod.Proxy.PRESENT, "10.0.0.1")
        .endpoint("shop/hello", TestCluster.of("hello", "10.0.0.1"))
        .resources(node);
  }

  private static List<String> callers(NodeResources resources) {
    return TestCluster.find(resources, ResourceKind.LISTENER, "inbound", Listener.class)
        .getMetadata()
        .getFilterMetadataOrThrow("isthmus.io")
        .getFieldsOrThrow("trust_domains")
        .getListValue()
        .getValuesList()
        .stream()
        .map(domain -> domain.getStructValue().getFieldsOrThrow("name").getStringValue())
        .toList();
  }

  @Test
  void itsBundleIsServedToEveryProxy() {
    for (var node : List.of(TestCluster.GATEWAY, TestCluster.sidecar("hello", "10.0.0.1"))) {
      assertThat(resources(node, Optional.empty()).find(ResourceKind.SECRET, "bundle/partner.test"))
          .isPresent();
    }
  }

  @Test
  void gatewayAuthenticatesItsCallersAndSilenceOpensNoExportToThem() {
    NodeResources gateway = resources(TestCluster.GATEWAY, Optional.empty());
    assertThat(callers(gateway)).containsExactly("east.test", "partner.test", "west.test");
    assertThat(TestCluster.inbound(gateway)).singleElement().asString().contains("for [west.test]");
    NodeResources sidecar = resources(TestCluster.sidecar("hello", "10.0.0.1"), Optional.empty());
    assertThat(callers(sidecar)).containsExactly("east.test", "west.test");
  }

  @Test
  void exportThatNamesTheTrustDomainIsForItsCallers() {
    Optional<Set<String>> audience = Optional.of(Set.of("spiffe://partner.test"));
    NodeResources gateway = resources(TestCluster.GATEWAY, audience);
    assertThat(TestCluster.inbound(gateway))
        .singleElement()
        .asString()
        .contains("for [partner.test]");
    NodeResources sidecar = resources(TestCluster.sidecar("hello", "10.0.0.1"), audience);
    assertThat(callers(sidecar)).containsExactly("east.test", "partner.test");
    assertThat(Consistency.problems(gateway)).isEmpty();
    assertThat(Consistency.problems(sidecar)).isEmpty();
  }

  @Test
  void clusterOfTheTrustDomainsNameIsSomethingElse() {
    NodeResources gateway = resources(TestCluster.GATEWAY, Optional.of(Set.of("partner.test")));
    assertThat(TestCluster.inbound(gateway)).isEmpty();
  }
}
