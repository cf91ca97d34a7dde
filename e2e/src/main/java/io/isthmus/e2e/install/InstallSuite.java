package io.isthmus.e2e.install;

import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.Suite;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Two real clusters, from nothing to an answer across them, and back. */
public final class InstallSuite implements Suite {
  private final Path root;

  public InstallSuite(Path root) {
    this.root = root.toAbsolutePath();
  }

  @Override
  public String name() {
    return "install";
  }

  @Override
  public String description() {
    return "install, link, annotate, label, call: two real clusters with equal ranges, timed";
  }

  @Override
  public Optional<String> lacks() {
    return Clusters.lacks(root);
  }

  @Override
  public void run(Scenarios scenarios) {
    try (Clusters clusters = new Clusters(root, "e2e-west", "e2e-east")) {
      clusters.up(scenarios);
      Operator operator = clusters.operator();
      Map<KubernetesCluster, Inventory> before =
          clusters.all().stream().collect(Collectors.toMap(each -> each, Inventory::of));
      new FiveCommands(operator, clusters.all().getFirst(), clusters.all().getLast())
          .run(scenarios);
      new Departure(operator, before).run(scenarios);
    }
  }
}
