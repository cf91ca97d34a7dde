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

/** Anchors that come over no Link: from an endpoint, or out of the TrustDomain itself. */
final class AnchorSourcesTest {
  private static final TestCa EAST = TestCa.create("east.test");
  private static final TestCa WEST = TestCa.create("west.test");
  private static final TestCa OTHER = TestCa.create("west.test");

  private final TrustReader reader =
      new TrustReader(
          new Mesh("east", EAST.trustDomain(), "cluster.local", "isthmus-system"), EAST::bundle);

  private static TrustDomain domain(String name, String created, TrustDomainSpec spec) {
    TrustDomain domain = new TrustDomain();
    domain.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withUid("uid-" + name)
            .withCreationTimestamp(created)
            .build());
    domain.setSpec(spec);
    return domain;
  }

  private static TrustDomain federated() {
    return domain(
        "partner",
        "2026-01-01T00:00:00Z",
        TrustDomainSpec.federated(
            "west.test", TrustDomainSpec.Endpoint.web("https://west.test/", null)));
  }

  private static TrustDomain inline(TestCa authority, long sequence) {
    return domain(
        "partner",
        "2026-01-01T00:00:00Z",
        TrustDomainSpec.inline("west.test", jwks(authority, sequence)));
  }

  private static TrustDomain linked() {
    return domain("west", "2026-02-01T00:00:00Z", TrustDomainSpec.linked("west.test", "west"));
  }

  private static String jwks(TestCa authority, long sequence) {
    return new String(
        authority.root().bundle(sequence, TrustBundle.DEFAULT_REFRESH_HINT).toJwks(), UTF_8);
  }

  private static Link link(String name) {
    Link link = new Link();
    link.setMetadata(new ObjectMetaBuilder().withName(name).build());
    link.setSpec(LinkSpec.to(name, "west.test", "link-" + name));
    return link;
  }

  private static ConfigMap fetched(String uid, TestCa authority, long sequence) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(ObjectNames.federatedBundle("partner"))
        .addToLabels(Labels.TRUST_BUNDLE, Labels.TRUST_BUNDLE_FEDERATED)
        .addToLabels(Labels.MANAGED_BY, Labels.MANAGED_BY_CONTROL)
        .addNewOwnerReference()
        .withKind("TrustDomain")
        .withName("partner")
        .withUid(uid)
        .endOwnerReference()
        .endMetadata()
        .withData(data(authority, sequence))
        .build();
  }

  private static ConfigMap followed(TestCa authority, long sequence) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(ObjectNames.peerTrustBundle("west"))
        .addToLabels(Labels.TRUST_BUNDLE, Labels.TRUST_BUNDLE_PEER)
        .endMetadata()
        .withData(data(authority, sequence))
        .build();
  }

  private static Map<String, String> data(TestCa authority, long sequence) {
    return Map.of(
        ObjectNames.BUNDLE_TRUST_DOMAIN_KEY,
        "west.test",
        ObjectNames.BUNDLE_JWKS_KEY,
        jwks(authority, sequence));
  }

  private TrustReader.Result read(
      List<TrustDomain> domains, List<Link> links, ConfigMap... bundles) {
    return reader.read(new TrustReader.Input(domains, links, List.of(bundles)));
  }

  private static void assertAnchors(TrustReader.Result result, TestCa authority) {
    assertThat(result.trust().bundles().find(WEST.trustDomain()).orElseThrow().anchors())
        .containsExactly(authority.root().certificate());
  }

  @Test
  void fetchedBundleIsTrustedWithoutALinkAndMakesNoPeer() {
    TrustReader.Result result =
        read(List.of(federated()), List.of(), fetched("uid-partner", WEST, 3));
    assertAnchors(result, WEST);
    assertThat(result.trust().peers()).isEmpty();
    assertThat(result.problems()).isEmpty();
  }

  @Test
  void beforeTheFirstFetchNothingIsTrustedAndTheConfigMapIsNamed() {
    TrustReader.Result result = read(List.of(federated()), List.of());
    assertThat(result.trust().bundles().trustDomains()).containsExactly(EAST.trustDomain());
    assertThat(result.problems().get("TrustDomain partner"))
        .contains("isthmus-federated-bundle-partner is not there");
  }

  @Test
  void bundleOfAFormerTrustDomainOfTheNameIsNotTrusted() {
    TrustReader.Result result =
        read(List.of(federated()), List.of(), fetched("uid-former", WEST, 3));
    assertThat(result.trust().bundles().find(WEST.trustDomain())).isEmpty();
  }

  @Test
  void bundleWithoutTheOwnerMarksIsNotTrusted() {
    ConfigMap forged = fetched("uid-partner", OTHER, 9);
    forged.getMetadata().getLabels().remove(Labels.MANAGED_BY);
    TrustReader.Result result = read(List.of(federated()), List.of(), forged);
    assertThat(result.trust().bundles().find(WEST.trustDomain())).isEmpty();
  }

  @Test
  void fetchedBundleThatVanishesOrGoesBackLeavesTheLastGoodOne() {
    read(List.of(federated()), List.of(), fetched("uid-partner", WEST, 3));
    TrustReader.Result without = read(List.of(federated()), List.of());
    assertAnchors(without, WEST);
    assertThat(without.problems().get("TrustDomain partner")).contains("last good bundle stays");
    TrustReader.Result back =
        read(List.of(federated()), List.of(), fetched("uid-partner", OTHER, 2));
    assertAnchors(back, WEST);
    assertThat(back.problems().get("TrustDomain partner")).contains("sequence 2 after 3");
  }

  @Test
  void trustEndsWithTheTrustDomain() {
    read(List.of(federated()), List.of(), fetched("uid-partner", WEST, 3));
    TrustReader.Result result = read(List.of(), List.of(), fetched("uid-partner", WEST, 3));
    assertThat(result.trust().bundles().trustDomains()).containsExactly(EAST.trustDomain());
  }

  @Test
  void inlineBundleIsTrustedAndFollowsTheRulesOfSequences() {
    assertAnchors(read(List.of(inline(WEST, 3)), List.of()), WEST);
    TrustReader.Result rewritten = read(List.of(inline(OTHER, 3)), List.of());
    assertAnchors(rewritten, WEST);
    assertThat(rewritten.problems().get("TrustDomain partner"))
        .contains("spec.bundle.inline.jwks", "sequence 3");
    assertAnchors(read(List.of(inline(OTHER, 4)), List.of()), OTHER);
  }

  @Test
  void inlineDocumentThatIsNoneIsNamed() {
    TrustDomain broken =
        domain(
            "partner", "2026-01-01T00:00:00Z", TrustDomainSpec.inline("west.test", "{\"keys\":"));
    assertThat(read(List.of(broken), List.of()).problems().get("TrustDomain partner"))
        .contains("TrustDomain partner, spec.bundle.inline.jwks", "not valid JSON");
  }

  @Test
  void linkOfTheTrustDomainMakesAPeerWithTheEndpointsAnchors() {
    TrustReader.Result result =
        read(
            List.of(federated()),
            List.of(link("west")),
            fetched("uid-partner", WEST, 3),
            followed(OTHER, 9));
    assertAnchors(result, WEST);
    assertThat(result.trust().peers()).containsOnlyKeys("west");
    Peer peer = result.trust().peer("west").orElseThrow();
    assertThat(peer.trustDomain()).isEqualTo(WEST.trustDomain());
    assertThat(peer.gateway()).isEqualTo(WEST.id("isthmus-system", "isthmus-gateway"));
  }

  @Test
  void olderEndpointHasTheAnchorsOfTheYoungerLinksTrustDomain() {
    TrustReader.Result result =
        read(
            List.of(linked(), federated()),
            List.of(link("west")),
            fetched("uid-partner", WEST, 3),
            followed(OTHER, 9));
    assertAnchors(result, WEST);
    assertThat(result.trust().peers()).containsOnlyKeys("west");
    assertThat(result.problems()).isEmpty();
  }

  @Test
  void youngerEndpointBringsNoAnchorsAndIsReported() {
    TrustDomain older =
        domain("west", "2025-01-01T00:00:00Z", TrustDomainSpec.linked("west.test", "west"));
    TrustReader.Result result =
        read(
            List.of(older, federated()),
            List.of(link("west")),
            fetched("uid-partner", OTHER, 9),
            followed(WEST, 3));
    assertAnchors(result, WEST);
    assertThat(result.problems().get("TrustDomain partner"))
        .contains("west.test come from Link west", "delete one");
  }

  @Test
  void linkThatTakesAnothersNameIsReportedAndTheOthersStayPeers() {
    Link wrong = link("north");
    wrong.setSpec(LinkSpec.to("east", "west.test", "link-north"));
    TrustReader.Result result =
        read(List.of(federated()), List.of(wrong, link("west")), fetched("uid-partner", WEST, 3));
    assertThat(result.trust().peers()).containsOnlyKeys("west");
    assertThat(result.problems().get("Link north")).contains("cluster east");
  }

  @Test
  void ownTrustDomainIsNeverTakenFromAnywhere() {
    TrustDomain own =
        domain(
            "partner",
            "2026-01-01T00:00:00Z",
            TrustDomainSpec.inline("east.test", new String(EAST.bundle().toJwks(), UTF_8)));
    assertThat(read(List.of(own), List.of()).problems().get("TrustDomain partner"))
        .contains("own trust domain");
  }
}
