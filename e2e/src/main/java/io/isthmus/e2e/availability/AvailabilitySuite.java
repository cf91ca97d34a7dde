package io.isthmus.e2e.availability;

import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.Suite;
import io.isthmus.e2e.install.Clusters;
import io.isthmus.e2e.install.Commands;
import io.isthmus.e2e.install.Operator;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Two real clusters under load, while leaders are killed, the mesh is upgraded and taken back, and
 * nodes are drained.
 */
public final class AvailabilitySuite implements Suite {
  private final Path root;

  public AvailabilitySuite(Path root) {
    this.root = root.toAbsolutePath();
  }

  @Override
  public String name() {
    return "ha";
  }

  @Override
  public String description() {
    return "two real clusters under load: leaders killed, upgraded and back, nodes drained, no call fails";
  }

  @Override
  public Optional<String> lacks() {
    return Clusters.lacks(root);
  }

  @Override
  public void run(Scenarios scenarios) {
    try (Clusters clusters = Clusters.ofTwo(root)) {
      clusters.up(scenarios);
      Operator operator = clusters.operator();
      KubernetesCluster west = clusters.west();
      KubernetesCluster east = clusters.east();
      clusters.link(scenarios);
      CountedCalls calls = new CountedCalls(west, "http://hello-east.shop");
      scenarios.stage("begin to call, some ten times a second", calls::start);
      new Losses(new Commands(operator), calls, west, east).run(scenarios);
      new Upgrades(new Commands(operator), calls, west, east).run(scenarios);
      new Drains(operator, calls, east).run(scenarios);
      new NodePaths(operator, east, west).run(scenarios);
    }
  }
}
