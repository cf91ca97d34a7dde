package io.isthmus.control.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustDomain;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ClusterStateTest {
  private static final TrustDomain SHARED = TrustDomain.of("shared.test");
  private static final TrustDomain SOUTH = TrustDomain.of("south.test");

  private static ClusterState state(Peer... peers) {
    TreeMap<String, Peer> byCluster = new TreeMap<>();
    for (Peer peer : peers) {
      byCluster.put(peer.cluster(), peer);
    }
    return new ClusterState(
        new Mesh("east", TrustDomain.of("east.test"), "cluster.local", "isthmus-system"),
        new TreeMap<>(),
        Map.of(),
        ClusterState.Pods.of(List.of()),
        new ClusterState.Trust(byCluster, BundleSet.EMPTY));
  }

  private static Peer peer(String cluster, TrustDomain domain, Peer.Exports exports) {
    return new Peer(
        cluster, domain, SpiffeId.workload(domain, "isthmus-system", "isthmus-gateway"), exports);
  }

  private static Peer peer(String cluster, TrustDomain domain) {
    return peer(cluster, domain, Peer.Exports.ENABLED);
  }

  private static Export exportedTo(String... clusters) {
    return new Export(
        Optional.of(Set.of(clusters)), TunnelMode.END_TO_END, Export.Unmeshed.REFUSED);
  }

  private static Export exportedToAll() {
    return new Export(Optional.empty(), TunnelMode.END_TO_END, Export.Unmeshed.REFUSED);
  }

  private static List<String> audience(ClusterState state, Export export) {
    return state.audience(export).stream().map(Peer::cluster).toList();
  }

  @Test
  void exportToOneOfTwoPeersOfATrustDomainIsForNeitherAndSaysWhichTwo() {
    ClusterState state = state(peer("north", SHARED), peer("west", SHARED), peer("south", SOUTH));
    Export export = exportedTo("west", "south");
    assertThat(audience(state, export)).containsExactly("south");
    assertThat(state.ambiguity(export).orElseThrow())
        .contains("exported to west but not to north", "shared.test", "exported to none of them");
  }

  @Test
  void exportToBothPeersOfATrustDomainIsForBoth() {
    ClusterState state = state(peer("north", SHARED), peer("west", SHARED));
    assertThat(audience(state, exportedTo("west", "north"))).containsExactly("north", "west");
    assertThat(audience(state, exportedToAll())).containsExactly("north", "west");
    assertThat(state.ambiguity(exportedToAll())).isEmpty();
    assertThat(state.ambiguity(exportedTo("south"))).isEmpty();
  }

  @Test
  void linkThatDoesNotExportWithholdsFromThePeersOfItsTrustDomain() {
    ClusterState state = state(peer("north", SHARED, Peer.Exports.DISABLED), peer("west", SHARED));
    assertThat(audience(state, exportedToAll())).isEmpty();
    assertThat(state.ambiguity(exportedToAll()).orElseThrow()).contains("west", "north");
  }
}
