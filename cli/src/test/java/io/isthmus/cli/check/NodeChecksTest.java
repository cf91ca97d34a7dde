package io.isthmus.cli.check;

import static io.isthmus.cli.check.TestCluster.NOW;
import static io.isthmus.cli.check.TestCluster.address;
import static io.isthmus.cli.check.TestCluster.failed;
import static io.isthmus.cli.check.TestCluster.problem;
import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.api.link.GatewaySurvey;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.cli.check.NodeSurvey.Seen;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the Pods on the nodes of one of two clusters met. */
class NodeChecksTest {
  private static Seen met(
      String node, LinkStatus.@Nullable Problem problem, @Nullable String hole) {
    return new Seen(
        node,
        Optional.of(
            new GatewaySurvey(
                List.of(
                    new GatewaySurvey.Met(
                        "east", address("east"), problem == null ? "1.0ms" : null, problem, hole)),
                0)),
        "");
  }

  private static List<Result> ofNodes(Seen... seen) {
    List<ClusterFacts> all =
        List.of(new TestCluster("west", "east").facts(), new TestCluster("east", "west").facts());
    Clusters clusters = new Clusters(all, List.of(), Map.of("west", Reading.of(List.of(seen))));
    return failed(Report.of(clusters, Optional.empty(), NOW, 0));
  }

  @Test
  void nodesThatReachTheGatewayAreWell() {
    assertThat(ofNodes(met("a", null, null), met("b", null, null))).isEmpty();
  }

  @Test
  void nodesThatDoNotReachTheGatewayAreNamedTogether() {
    LinkStatus.Problem problem = problem("connect_failed");

    assertThat(ofNodes(met("a", problem, null), met("b", null, null), met("c", problem, null)))
        .singleElement()
        .satisfies(result -> {
          assertThat(result.id()).isEqualTo("datapath.nodes");
          assertThat(result.isFatal()).isTrue();
          assertThat(result.object())
              .isEqualTo("gateway 203.0.113.2:15008 of east, from 2 of the 3 nodes of west: a, c");
          assertThat(result.seen()).isEqualTo("the probe says why");
        });
    assertThat(ofNodes(met("a", problem, null)))
        .extracting(Result::object)
        .containsExactly("gateway 203.0.113.2:15008 of east, from all nodes of west: a");
  }

  @Test
  void nodeThatSaysNothingIsNotTakenForOneThatIsWell() {
    assertThat(
            ofNodes(
                met("a", problem("connect_failed"), null),
                met("b", problem("not_tried"), null),
                new Seen("c", Optional.empty(), "it sleeps")))
        .satisfiesExactly(
            gateway -> {
              assertThat(gateway.object()).endsWith("from all nodes of west: a");
              assertThat(gateway.next()).contains("no node reaches it");
            },
            notTried -> {
              assertThat(notTried.isFatal()).isFalse();
              assertThat(notTried.object()).isEqualTo("node b of west");
              assertThat(notTried.seen()).contains("was not tried");
            },
            silent -> assertThat(silent.object()).isEqualTo("node c of west"));
  }

  @Test
  void whatNodesMetDifferentlyIsOneProblem() {
    assertThat(
            ofNodes(
                met("a", new LinkStatus.Problem("connect_failed", "no route"), null),
                met("b", new LinkStatus.Problem("connect_failed", "refused"), null)))
        .singleElement()
        .satisfies(result -> {
          assertThat(result.object()).endsWith("from all nodes of west: a, b");
          assertThat(result.seen()).isEqualTo("a: no route; b: refused");
        });
  }

  @Test
  void gatewaysThatHadNoRoomAreSaid() {
    Seen seen = new Seen("a", Optional.of(new GatewaySurvey(List.of(), 7)), "");

    assertThat(ofNodes(seen))
        .singleElement()
        .satisfies(result -> assertThat(result.seen()).contains("7 more gateways"));
  }

  @Test
  void nodesWhoseLargePacketsAreLostAreNamed() {
    assertThat(ofNodes(met("a", null, null), met("b", problem("x"), "1400 bytes are lost")))
        .singleElement()
        .satisfies(result -> {
          assertThat(result.id()).isEqualTo("mtu.nodes");
          assertThat(result.object()).endsWith("from 1 of the 2 nodes of west: b");
          assertThat(result.next()).contains("other nodes");
        });
  }

  @Test
  void nodesThatSayNothingAreWarnedOf() {
    assertThat(ofNodes(met("a", null, null), new Seen("b", Optional.empty(), "it sleeps")))
        .singleElement()
        .satisfies(result -> {
          assertThat(result.isFatal()).isFalse();
          assertThat(result.object()).isEqualTo("node b of west");
          assertThat(result.seen()).contains("it sleeps");
        });
  }
}
