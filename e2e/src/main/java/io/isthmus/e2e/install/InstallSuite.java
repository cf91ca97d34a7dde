package io.isthmus.e2e.install;

import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.Suite;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.nio.file.Path;
import java.util.Optional;

/** Two real clusters, from nothing to an answer across them, and back; in its long form three. */
public final class InstallSuite implements Suite {
  private final Path root;
  private final Form form;

  public InstallSuite(Path root) {
    this(root.toAbsolutePath(), Form.TWO_CLUSTERS);
  }

  private InstallSuite(Path root, Form form) {
    this.root = root;
    this.form = form;
  }

  private enum Form {
    TWO_CLUSTERS,
    BY_HELM,
    THREE_CLUSTERS
  }

  @Override
  public String name() {
    return "install";
  }

  @Override
  public String description() {
    return "install, link, annotate, label, call: two real clusters with equal ranges, timed;"
        + " --helm: installed by Helm's program; --long: three, each linked with each";
  }

  @Override
  public Optional<String> lacks() {
    return Clusters.lacks(root)
        .or(() -> form == Form.BY_HELM ? Operator.lacksHelm() : Optional.empty());
  }

  @Override
  public Optional<Suite> with(String option) {
    return switch (option) {
      case "--helm" -> Optional.of(new InstallSuite(root, Form.BY_HELM));
      case "--long" -> Optional.of(new InstallSuite(root, Form.THREE_CLUSTERS));
      default -> Optional.empty();
    };
  }

  @Override
  public void run(Scenarios scenarios) {
    switch (form) {
      case TWO_CLUSTERS, BY_HELM -> thereAndBack(scenarios);
      case THREE_CLUSTERS -> fullMesh(scenarios);
    }
  }

  private void fullMesh(Scenarios scenarios) {
    try (Clusters clusters = new Clusters(root, "e2e-west", "e2e-east", "e2e-south")) {
      clusters.up(scenarios);
      new FullMesh(new Commands(clusters.operator()), clusters.all()).run(scenarios);
    }
  }

  private void thereAndBack(Scenarios scenarios) {
    try (Clusters clusters = Clusters.ofTwo(root)) {
      clusters.up(scenarios);
      Operator operator = clusters.operator();
      KubernetesCluster west = clusters.west();
      KubernetesCluster east = clusters.east();
      Departure departure = Departure.from(clusters);
      if (form == Form.BY_HELM) {
        FiveCommands.byHelm(operator, west, east).run(scenarios);
        departure.byHelm(scenarios);
      } else {
        new FiveCommands(operator, west, east).run(scenarios);
      }
      departure.run(scenarios);
    }
  }
}
