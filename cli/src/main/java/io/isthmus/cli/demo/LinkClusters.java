package io.isthmus.cli.demo;

import io.isthmus.api.Condition;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.cli.cluster.ClusterException;
import io.isthmus.cli.cluster.DemoCluster;
import io.isthmus.cli.cluster.Waiting;
import io.isthmus.cli.link.LinkEnd;
import io.isthmus.cli.link.Linking;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** As {@code isthmus link create --from west --to east}. */
final class LinkClusters implements Step {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Override
  public String aim() {
    return "link west and east";
  }

  @Override
  public Told run(DemoMesh mesh) {
    Linking.between(
            ObjectNames.SYSTEM_NAMESPACE, end(mesh.west()), end(mesh.east()), Duration.ofDays(90))
        .create();
    awaitTrust(mesh.west(), "east");
    awaitTrust(mesh.east(), "west");
    return Told.of("linked: west.demo and east.demo trust each other, each with a root of its own");
  }

  private static LinkEnd end(DemoCluster cluster) {
    return LinkEnd.of(cluster.spec().name(), cluster.client(), Optional.empty());
  }

  private static void awaitTrust(DemoCluster cluster, String peer) {
    try {
      Waiting.until(
          "the conditions %s and %s of %s's Link to %s"
              .formatted(
                  LinkStatus.CONNECTED, LinkStatus.TRUST_ESTABLISHED, cluster.spec().name(), peer),
          PATIENCE,
          () ->
              isTrue(cluster, peer, LinkStatus.CONNECTED)
                  && isTrue(cluster, peer, LinkStatus.TRUST_ESTABLISHED));
    } catch (ClusterException e) {
      throw new ClusterException(
          "%s%n  conditions: %s%n%s"
              .formatted(
                  e.getMessage(),
                  conditions(cluster, peer),
                  cluster.process("mirror-controller").evidence()),
          e);
    }
  }

  private static boolean isTrue(DemoCluster cluster, String peer, String type) {
    return Condition.find(conditions(cluster, peer), type)
        .map(condition -> condition.status().equals(Condition.TRUE))
        .orElse(false);
  }

  private static List<Condition> conditions(DemoCluster cluster, String peer) {
    Link link =
        cluster
            .client()
            .resources(Link.class)
            .inNamespace(ObjectNames.SYSTEM_NAMESPACE)
            .withName(peer)
            .get();
    return link == null || link.getStatus() == null ? List.of() : link.getStatus().conditions();
  }
}
