package io.isthmus.e2e.availability;

import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.drills.Wan;
import io.isthmus.e2e.install.Operator;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * What {@code isthmus check --nodes} tells of a cluster with two nodes.
 *
 * @param cluster whose nodes are asked
 * @param peer whose gateway they reach
 */
record NodePaths(Operator operator, KubernetesCluster cluster, KubernetesCluster peer) {
  private static final String NODES = "datapath.nodes";

  void run(Scenarios scenarios) {
    scenarios.scenario(
        "isthmus check --nodes: all nodes reach the peer's gateway, and no Pod of it is left",
        this::well);
    scenarios.scenario(
        "isthmus check --nodes: of two nodes the one that is cut off is named", this::oneIsCutOff);
  }

  private void well() {
    List<JsonNode> found = found();
    CheckResults.mustBe(found.isEmpty(), "nothing is wrong, and found was " + found);
    String left =
        operator.kubectl(
            cluster,
            "get",
            "pods",
            "-n",
            "isthmus-system",
            "-l",
            "app.kubernetes.io/name=isthmus-node-survey",
            "-o",
            "name");
    CheckResults.mustBe(left.isBlank(), "Pods are left: " + left);
  }

  private void oneIsCutOff() {
    String node = cluster.name() + "-2";
    Wan.dropFromSecondNode(cluster, peer);
    try {
      List<JsonNode> found = found();
      CheckResults.mustBe(found.size() == 1, "one thing is wrong, and found was " + found);
      String object = found.getFirst().path("object").asString();
      CheckResults.mustBe(
          object.contains(peer.publicAddress() + ":15008")
              && object.contains("from 1 of the 2 nodes")
              && object.endsWith(": " + node)
              && found.getFirst().path("severity").asString().equals("FATAL"),
          "that node and no other one is named: " + found);
    } finally {
      Wan.dropNothingOf(cluster);
    }
  }

  private List<JsonNode> found() {
    return new CheckResults(operator, List.of("--nodes", "--context", cluster.name()))
        .notWell(NODES);
  }
}
