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
import java.util.List;
import org.junit.jupiter.api.Test;

final class TrustReaderTest {
  private static final TestCa EAST = TestCa.create("east.test");
  private static final TestCa NORTH = TestCa.create("north.test");
  private static final TestCa IMPOSTOR = TestCa.create("north.test");
  private static final Mesh MESH =
      new Mesh("east", EAST.trustDomain(), "cluster.local", "isthmus-system");

  private final TrustReader reader = new TrustReader(MESH, EAST::bundle);

  private static TrustDomain domain(String link, String created) {
    TrustDomain domain = new TrustDomain();
    domain.setMetadata(
        new ObjectMetaBuilder().withName(link).withCreationTimestamp(created).build());
    domain.setSpec(TrustDomainSpec.linked("north.test", link));
    return domain;
  }

  private static Link link(String cluster) {
    Link link = new Link();
    link.setMetadata(new ObjectMetaBuilder().withName(cluster).build());
    link.setSpec(LinkSpec.to(cluster, "north.test", "link-" + cluster));
    return link;
  }

  private static ConfigMap bundle(String link, TestCa authority, long sequence) {
    TrustBundle of =
        new TrustBundle(
            authority.trustDomain(),
            sequence,
            TrustBundle.DEFAULT_REFRESH_HINT,
            authority.bundle().anchors());
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(ObjectNames.peerTrustBundle(link))
        .addToLabels(Labels.TRUST_BUNDLE, Labels.TRUST_BUNDLE_PEER)
        .endMetadata()
        .addToData(ObjectNames.BUNDLE_TRUST_DOMAIN_KEY, authority.trustDomain().name())
        .addToData(ObjectNames.BUNDLE_JWKS_KEY, new String(of.toJwks(), UTF_8))
        .build();
  }

  private TrustReader.Result read(ConfigMap... bundles) {
    return reader.read(
        new TrustReader.Input(
            List.of(
                domain("evil", "2026-02-01T00:00:00Z"), domain("north", "2026-01-01T00:00:00Z")),
            List.of(link("evil"), link("north")),
            List.of(bundles)));
  }

  @Test
  void anotherClusterBringsNoAnchorsForATrustDomainThatIsLinkedAlready() {
    TrustReader.Result result = read(bundle("north", NORTH, 1), bundle("evil", IMPOSTOR, 1_000));

    assertThat(result.trust().bundles().find(NORTH.trustDomain()).orElseThrow().anchors())
        .isEqualTo(NORTH.bundle().anchors());
  }

  @Test
  void anotherClusterBringsNoAnchorsWhileTheFirstHasNone() {
    TrustReader.Result result = read(bundle("evil", IMPOSTOR, 1_000));

    assertThat(result.trust().bundles().find(NORTH.trustDomain())).isEmpty();
    assertThat(result.trust().peers()).isEmpty();
  }

  private static TrustReader.Input sharing(TrustDomainSpec spec, ConfigMap... bundles) {
    TrustDomain domain = domain("west", "2026-01-01T00:00:00Z");
    domain.setSpec(spec);
    Link west = link("west");
    west.setSpec(LinkSpec.to("west", "east.test", "link-west"));
    return new TrustReader.Input(List.of(domain), List.of(west), List.of(bundles));
  }

  @Test
  void clusterThatSharesTheTrustDomainAndItsRootIsAPeerAndBringsNoAnchors() {
    TrustReader.Result result =
        reader.read(
            sharing(TrustDomainSpec.linked("east.test", "west"), bundle("west", EAST, 1_000)));

    assertThat(result.problems()).isEmpty();
    assertThat(result.trust().peers().keySet()).containsExactly("west");
    assertThat(result.trust().bundles().find(EAST.trustDomain())).contains(EAST.bundle());
  }

  @Test
  void clusterThatClaimsTheTrustDomainUnderARootOfItsOwnIsNoPeer() {
    TestCa stranger = TestCa.create("east.test");

    TrustReader.Result result =
        reader.read(
            sharing(TrustDomainSpec.linked("east.test", "west"), bundle("west", stranger, 1_000)));

    assertThat(result.trust().peers()).isEmpty();
    assertThat(result.trust().bundles().find(EAST.trustDomain())).contains(EAST.bundle());
    assertThat(result.problems().get("TrustDomain west"))
        .contains("cluster west publishes none of the anchors of east.test", "stand on one root");
  }

  @Test
  void ownTrustDomainTakesNoAnchorsFromElsewhere() {
    TrustReader.Result result =
        reader.read(
            sharing(
                TrustDomainSpec.inline(
                    "east.test", new String(TestCa.create("east.test").bundle().toJwks(), UTF_8))));

    assertThat(result.trust().peers()).isEmpty();
    assertThat(result.trust().bundles().find(EAST.trustDomain())).contains(EAST.bundle());
    assertThat(result.problems().get("TrustDomain west")).contains("only a Link's cluster");
  }
}
