package io.isthmus.e2e.attack;

import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.Suite;
import io.isthmus.e2e.install.Clusters;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import io.isthmus.e2e.site.Workspace;
import java.nio.file.Path;
import java.util.Optional;

/** Attacks from Pods in west, on two real clusters that are linked. */
public final class AttackSuite implements Suite {
  private final Path root;

  public AttackSuite(Path root) {
    this.root = root.toAbsolutePath();
  }

  @Override
  public String name() {
    return "attack";
  }

  @Override
  public String description() {
    return "a Pod of one cluster tries everything against its own mesh and the other's: refused,"
        + " counted";
  }

  @Override
  public Optional<String> lacks() {
    return Clusters.lacks(root);
  }

  @Override
  public void run(Scenarios scenarios) {
    try (Clusters clusters = Clusters.ofTwo(root)) {
      clusters.up(scenarios);
      clusters.link(scenarios);
      run(scenarios, clusters);
    }
  }

  /** In a mesh of two that the five commands have made. */
  public void run(Scenarios scenarios, Clusters clusters) {
    Intruder intruder = new Intruder(clusters.west(), Workspace.create(root));
    Mesh mesh = new Mesh(clusters.west(), clusters.east());
    scenarios.stage("start an intruder's Pod, and a victim's", () -> prepare(mesh));
    new Identities(mesh, intruder).run(scenarios);
    new Configurations(mesh, intruder).run(scenarios);
    new Tunnels(mesh, intruder).run(scenarios);
    new Doors(mesh, intruder).run(scenarios);
  }

  /** Takes away what {@link #run(Scenarios, Clusters)} left. */
  public static void tidy(Clusters clusters) {
    KubernetesCluster west = clusters.west();
    west.kubectl("delete", "namespace", "outside", "--timeout=60s");
    west.kubectl("delete", "pod", "victim", "-n", Mesh.SHOP, "--timeout=60s");
  }

  private static void prepare(Mesh mesh) {
    mesh.west().apply(Mesh.manifest("attacker.yaml"));
    mesh.east().apply(Mesh.manifest("secret.yaml"), Mesh.SHOP);
    for (String[] pod : new String[][] {{"intruder", "outside"}, {"victim", Mesh.SHOP}}) {
      mesh.west()
          .kubectl("wait", "--for=condition=Ready", "pod/" + pod[0], "-n", pod[1], "--timeout=60s");
    }
  }
}
