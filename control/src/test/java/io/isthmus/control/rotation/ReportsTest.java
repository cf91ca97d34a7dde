package io.isthmus.control.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkSpec;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReportsTest {
  private static Link link(String cluster, String trustDomain) {
    Link link = new Link();
    link.setMetadata(new ObjectMetaBuilder().withName(cluster).build());
    link.setSpec(LinkSpec.to(cluster, trustDomain, "link-" + cluster));
    return link;
  }

  private static List<Kinship> kinships(Link... links) {
    TrustDomain own = new TrustDomain();
    own.setSpec(TrustDomainSpec.own("mesh.test"));
    return Reports.of("west", own, List.of(links), Instant.EPOCH).stream()
        .map(Verifiers::kinship)
        .toList();
  }

  @Test
  void othersMayHaveTheBundleOfAnyClusterOnceOneSharesTheTrustDomain() {
    Link north = link("north", "north.test");
    assertThat(kinships(north)).containsExactly(Kinship.OWN, Kinship.OTHER);
    assertThat(kinships(north, link("east", "mesh.test")))
        .containsExactly(Kinship.OWN, Kinship.SHARED, Kinship.OTHER_OF_SHARED);
  }
}
