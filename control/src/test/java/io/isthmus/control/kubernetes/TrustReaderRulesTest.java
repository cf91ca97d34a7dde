package io.isthmus.control.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkSpec;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.control.state.Mesh;
import io.isthmus.control.state.Peer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When a peer is trusted, and which of its bundles is in force. */
final class TrustReaderRulesTest {
  private static final TestCa EAST = TestCa.create("east.test");
  private static final TestCa WEST = TestCa.create("west.test");
  private static final TestCa OTHER = TestCa.create("west.test");

  private final TrustReader reader =
      new TrustReader(
          new Mesh("east", EAST.trustDomain(), "cluster.local", "isthmus-system"), EAST::bundle);

  private static List<TrustDomain> domain(String trustDomain) {
    TrustDomain domain = new TrustDomain();
    domain.setMetadata(new ObjectMetaBuilder().withName("west").build());
    domain.setSpec(TrustDomainSpec.linked(trustDomain, "west"));
    return List.of(domain);
  }

  private static List<Link> link(LinkSpec spec) {
    Link link = new Link();
    link.setMetadata(new ObjectMetaBuilder().withName("west").build());
    link.setSpec(spec);
    return List.of(link);
  }

  private static List<Link> link() {
    return link(LinkSpec.to("west", "west.test", "link-west"));
  }

  private static List<ConfigMap> bundle(TestCa authority, long sequence) {
    return stored(
        "west.test",
        new String(
            authority.root().bundle(sequence, TrustBundle.DEFAULT_REFRESH_HINT).toJwks(), UTF_8));
  }

  private static List<ConfigMap> stored(String trustDomain, String jwks) {
    return List.of(
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName(ObjectNames.peerTrustBundle("west"))
            .addToLabels(Labels.TRUST_BUNDLE, Labels.TRUST_BUNDLE_PEER)
            .endMetadata()
            .addToData(
                Map.of(
                    ObjectNames.BUNDLE_TRUST_DOMAIN_KEY,
                    trustDomain,
                    ObjectNames.BUNDLE_JWKS_KEY,
                    jwks))
            .build());
  }

  private TrustReader.Result read(List<ConfigMap> bundles) {
    return read(domain("west.test"), link(), bundles);
  }

  private TrustReader.Result read(
      List<TrustDomain> domains, List<Link> links, List<ConfigMap> bundles) {
    return reader.read(new TrustReader.Input(domains, links, bundles));
  }

  private static void assertUntrusted(TrustReader.Result result, String... problem) {
    assertThat(result.trust().peers()).isEmpty();
    assertThat(result.trust().bundles().trustDomains()).containsExactly(EAST.trustDomain());
    assertThat(result.problems().get("TrustDomain west")).contains(problem);
  }

  private static void assertInForce(TrustReader.Result result, TestCa authority, long sequence) {
    TrustBundle bundle = result.trust().bundles().find(WEST.trustDomain()).orElseThrow();
    assertThat(bundle.sequence()).isEqualTo(sequence);
    assertThat(bundle.anchors()).containsExactly(authority.root().certificate());
    assertThat(result.trust().peers()).containsOnlyKeys("west");
  }

  @Test
  void peerIsTrustedWhenTrustDomainLinkAndBundleAgree() {
    TrustReader.Result result = read(bundle(WEST, 3));
    assertInForce(result, WEST, 3);
    assertThat(result.problems()).isEmpty();
    assertThat(result.trust().peer("west").orElseThrow())
        .isEqualTo(
            new Peer(
                "west",
                WEST.trustDomain(),
                WEST.id("isthmus-system", "isthmus-gateway"),
                Peer.Exports.ENABLED));
  }

  @Test
  void gatewayIsExpectedInTheLinksNamespaceAndExportsFollowTheLink() {
    LinkSpec spec =
        LinkSpec.to("west", "west.test", "link-west")
            .withGateway(LinkSpec.Gateway.service("edge", "gateway"))
            .withExport(new LinkSpec.Export(false));
    Peer peer =
        read(domain("west.test"), link(spec), bundle(WEST, 1)).trust().peer("west").orElseThrow();
    assertThat(peer.gateway()).isEqualTo(WEST.id("edge", "isthmus-gateway"));
    assertThat(peer.exports()).isEqualTo(Peer.Exports.DISABLED);
  }

  @Test
  void withoutItsLinkAPeerIsNotTrusted() {
    assertUntrusted(
        read(domain("west.test"), List.of(), bundle(WEST, 1)), "Link west is not there");
  }

  @Test
  void withoutItsTrustDomainAPeerIsNotTrustedAndNothingIsWrong() {
    TrustReader.Result result = read(List.of(), link(), bundle(WEST, 1));
    assertThat(result.trust().peers()).isEmpty();
    assertThat(result.problems()).isEmpty();
  }

  @Test
  void withoutItsBundleAPeerIsNotTrusted() {
    assertUntrusted(read(List.of()), "ConfigMap isthmus-trust-bundle-west is not there");
  }

  @Test
  void linkOfAnotherTrustDomainIsRefusedNamingBoth() {
    assertUntrusted(
        read(domain("north.test"), link(), bundle(WEST, 1)),
        "Link west",
        "west.test",
        "north.test");
  }

  @Test
  void ownTrustDomainIsNeverTakenFromAPeer() {
    assertUntrusted(
        read(
            domain("east.test"),
            link(LinkSpec.to("west", "east.test", "link-west")),
            stored("east.test", new String(TestCa.create("east.test").bundle().toJwks(), UTF_8))),
        "cluster west publishes none of the anchors of east.test");
  }

  @Test
  void bundleThatIsLabelledForAnotherTrustDomainIsRefusedNamingBoth() {
    assertUntrusted(
        read(stored("north.test", new String(WEST.bundle().toJwks(), UTF_8))),
        "north.test",
        "west.test");
  }

  @Test
  void firstBundleThatCannotBeReadMakesNoPeer() {
    assertUntrusted(read(stored("west.test", "{")), "isthmus-trust-bundle-west", "bundle.json");
  }

  @Test
  void bundleThatCannotBeReadLeavesTheLastGoodOne() {
    read(bundle(WEST, 3));
    TrustReader.Result result = read(stored("west.test", "{"));
    assertInForce(result, WEST, 3);
    assertThat(result.problems().get("TrustDomain west"))
        .contains("bundle.json", "last good bundle stays");
  }

  @Test
  void newerBundleReplacesTheOldOne() {
    read(bundle(WEST, 3));
    TrustReader.Result result = read(bundle(OTHER, 4));
    assertInForce(result, OTHER, 4);
    assertThat(result.problems()).isEmpty();
  }

  @Test
  void sequenceThatGoesBackLeavesTheLastGoodOneAndIsReportedEachTime() {
    read(bundle(WEST, 3));
    for (int round = 0; round < 2; round++) {
      TrustReader.Result result = read(bundle(OTHER, 2));
      assertInForce(result, WEST, 3);
      assertThat(result.problems().get("TrustDomain west")).contains("sequence 2 after 3");
    }
  }

  @Test
  void otherContentUnderTheSameSequenceLeavesTheLastGoodOneAndIsReported() {
    read(bundle(WEST, 3));
    TrustReader.Result result = read(bundle(OTHER, 3));
    assertInForce(result, WEST, 3);
    assertThat(result.problems().get("TrustDomain west")).contains("sequence 3", "sha256:");
  }

  @Test
  void bundleWithoutAnchorsDistrustsTheWholeDomainAndIsNotAnError() {
    read(bundle(WEST, 3));
    TrustReader.Result result = read(stored("west.test", "{\"keys\":[],\"spiffe_sequence\":4}"));
    assertThat(result.trust().bundles().find(WEST.trustDomain()).orElseThrow().anchors()).isEmpty();
    assertThat(result.problems()).isEmpty();
  }

  @Test
  void peerIsNoLongerTrustedOnceItsLinkIsGone() {
    read(bundle(WEST, 3));
    assertUntrusted(
        read(domain("west.test"), List.of(), bundle(WEST, 3)), "Link west is not there");
  }
}
