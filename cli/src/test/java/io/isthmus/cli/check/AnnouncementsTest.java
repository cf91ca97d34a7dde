package io.isthmus.cli.check;

import static io.isthmus.cli.check.TestCluster.failed;
import static io.isthmus.cli.check.TestCluster.pool;
import static io.isthmus.cli.check.TestCluster.report;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whose addresses MetalLB tells the network. */
class AnnouncementsTest {
  @Test
  void announcedAddressesAreWell() {
    for (GenericKubernetesResource advertisement :
        List.of(TestCluster.advertisement(), TestCluster.advertisement("b", "a"))) {
      TestCluster west = new TestCluster("west", "east");
      west.pools.add(pool("a", "203.0.113.1/32"));
      west.advertisements.add(advertisement);
      west.speakers.add(TestCluster.speakers(2));

      assertThat(failed(report(west, new TestCluster("east", "west")))).isEmpty();
    }
  }

  @Test
  void poolsWithoutSpeakersAreAnnouncedBySomethingElse() {
    TestCluster west = new TestCluster("west", "east");
    west.pools.add(pool("a", "203.0.113.1/32"));

    assertThat(failed(report(west, new TestCluster("east", "west")))).isEmpty();
  }

  @Test
  void advertisementSelectsPoolsByTheirLabels() {
    for (String wanted : List.of("public", "private")) {
      TestCluster west = new TestCluster("west", "east");
      GenericKubernetesResource pool = pool("a", "203.0.113.1/32");
      pool.getMetadata().setLabels(Map.of("net", "public"));
      west.pools.add(pool);
      GenericKubernetesResource advertisement = TestCluster.advertisement();
      advertisement.setAdditionalProperty(
          "spec",
          Map.of("ipAddressPoolSelectors", List.of(Map.of("matchLabels", Map.of("net", wanted)))));
      west.advertisements.add(advertisement);
      west.speakers.add(TestCluster.speakers(1));

      assertThat(failed(report(west, new TestCluster("east", "west"))))
          .hasSize(wanted.equals("public") ? 0 : 1);
    }
  }

  @Test
  void speakersOfMetallbAreKnownByTheirLabels() {
    DaemonSet speakers = TestCluster.speakers(1);
    assertThat(Announcements.isSpeaker(speakers)).isFalse();
    speakers.getMetadata().setLabels(Map.of("app", "metallb", "component", "speaker"));
    assertThat(Announcements.isSpeaker(speakers)).isTrue();
    speakers
        .getMetadata()
        .setLabels(
            Map.of("app.kubernetes.io/name", "metallb", "app.kubernetes.io/component", "speaker"));
    assertThat(Announcements.isSpeaker(speakers)).isTrue();
  }

  @Test
  void addressOfNoPoolIsSomebodyElses() {
    TestCluster west = new TestCluster("west", "east");
    west.pools.add(pool("a", "203.0.113.200/32"));

    assertThat(failed(report(west, new TestCluster("east", "west")))).isEmpty();
  }
}
