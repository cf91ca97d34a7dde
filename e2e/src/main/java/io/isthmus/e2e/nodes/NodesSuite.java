package io.isthmus.e2e.nodes;

import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.Suite;
import io.isthmus.e2e.attack.AttackSuite;
import io.isthmus.e2e.drills.DrillsSuite;
import io.isthmus.e2e.install.Clusters;
import io.isthmus.e2e.install.Departure;
import io.isthmus.e2e.install.Diagnosis;
import io.isthmus.e2e.install.FiveCommands;
import java.nio.file.Path;
import java.util.Optional;

/** From nothing to an answer between two real clusters, attacked, disturbed, and gone again. */
public final class NodesSuite implements Suite {
  private final Path root;

  public NodesSuite(Path root) {
    this.root = root.toAbsolutePath();
  }

  @Override
  public String name() {
    return "nodes";
  }

  @Override
  public String description() {
    return "install, the commands of pages, attack, three drills and uninstall, on one pair of real clusters";
  }

  @Override
  public Optional<String> lacks() {
    return Clusters.lacks(root);
  }

  @Override
  public void run(Scenarios scenarios) {
    try (Clusters clusters = Clusters.ofTwo(root)) {
      clusters.up(scenarios);
      Departure departure = Departure.from(clusters);
      Diagnosis diagnosis = new Diagnosis(clusters.operator(), clusters.west(), clusters.east());
      diagnosis.beforeInstall(scenarios);
      new FiveCommands(clusters.operator(), clusters.west(), clusters.east()).run(scenarios);
      diagnosis.run(scenarios);
      new AttackSuite(root).run(scenarios, clusters);
      scenarios.stage("the intruder goes", () -> AttackSuite.tidy(clusters));
      DrillsSuite.smoke(root).run(scenarios, clusters);
      departure.run(scenarios);
    }
  }
}
