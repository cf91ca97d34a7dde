package io.isthmus.e2e.drills;

import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.Suite;
import io.isthmus.e2e.install.Clusters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Two real clusters, linked, and one fault after another. */
public final class DrillsSuite implements Suite {
  private final Path root;
  private final Form form;

  /** Three of different layers; all that are quick; all, and for as long as it takes. */
  enum Form {
    SMOKE,
    SHORT,
    LONG
  }

  private static final Set<String> SMOKE =
      Set.of("firewall-one-way", "peer-api-down", "control-plane-down");

  public DrillsSuite(Path root) {
    this(root.toAbsolutePath(), Form.SHORT);
  }

  private DrillsSuite(Path root, Form form) {
    this.root = root;
    this.form = form;
  }

  @Override
  public String name() {
    return "drills";
  }

  @Override
  public String description() {
    return "game days: one fault after another, what check names and what goes on; --long: all of them";
  }

  @Override
  public Optional<String> lacks() {
    return Clusters.lacks(root);
  }

  @Override
  public Optional<Suite> with(String option) {
    return option.equals("--long")
        ? Optional.of(new DrillsSuite(root, Form.LONG))
        : Optional.empty();
  }

  @Override
  public void run(Scenarios scenarios) {
    try (Clusters clusters = new Clusters(root, "drill-west", "drill-east")) {
      clusters.up(scenarios);
      clusters.link(scenarios);
      run(scenarios, clusters);
    }
  }

  /** Three, of different layers, after which a cluster holds what it held. */
  public static DrillsSuite smoke(Path root) {
    return new DrillsSuite(root.toAbsolutePath(), Form.SMOKE);
  }

  /** In a mesh of two that the five commands have made. */
  public void run(Scenarios scenarios, Clusters clusters) {
    Ground ground = new Ground(clusters.operator(), clusters.west(), clusters.east());
    Callers callers = new Callers(ground);
    scenarios.stage("callers in both clusters, across and within", callers::start);
    new Rehearsal(root, ground, callers).run(scenarios, drills(ground, callers, form));
  }

  /** All of a form, in the order in which they are run. */
  static List<Drill> drills(Ground ground, Callers callers, Form form) {
    List<Drill> all = new ArrayList<>();
    all.addAll(new PathDrills(ground, form).all());
    all.addAll(new ProcessDrills(ground, form).all());
    all.addAll(new AddressDrills(ground, callers).all());
    all.addAll(new TrustDrills(ground, form).all());
    if (form == Form.LONG) {
      all.addAll(new NodeDrills(ground).all());
    }
    return form == Form.SMOKE
        ? all.stream().filter(drill -> SMOKE.contains(drill.name())).toList()
        : all;
  }
}
