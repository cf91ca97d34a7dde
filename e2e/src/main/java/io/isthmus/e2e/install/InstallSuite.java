package io.isthmus.e2e.install;

import io.isthmus.cli.process.ProcessFailure;
import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.Suite;
import io.isthmus.e2e.images.ImageArchive;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

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
    return KubernetesCluster.lacks().or(LoadBalancers::lacks).or(() -> ImageArchive.lacks(root));
  }

  @Override
  public void run(Scenarios scenarios) {
    Path directory = directory();
    List<Path> images =
        Stream.concat(
                ImageArchive.all(root).stream().map(ImageArchive::file),
                Stream.of(LoadBalancers.IMAGE))
            .toList();
    try (KubernetesCluster west = new KubernetesCluster(root, "e2e-west").published(images);
        KubernetesCluster east = new KubernetesCluster(root, "e2e-east").published(images)) {
      scenarios.stage(
          "bring up two clusters with images loaded",
          () -> both(west, east, KubernetesCluster::up));
      scenarios.stage("start MetalLB's controllers", () -> both(west, east, LoadBalancers::start));
      Operator operator = Operator.of(root, List.of(west, east), directory);
      Map<KubernetesCluster, Inventory> before =
          Map.of(west, Inventory.of(west), east, Inventory.of(east));
      new FiveCommands(operator, west, east).run(scenarios);
      new Departure(operator, before).run(scenarios);
    }
  }

  private interface Step {
    void run(KubernetesCluster cluster);
  }

  /** At once, since most of it is waiting. */
  private static void both(KubernetesCluster west, KubernetesCluster east, Step step) {
    CompletableFuture<Void> other = CompletableFuture.runAsync(() -> step.run(east));
    step.run(west);
    other.join();
  }

  private static Path directory() {
    try {
      return Files.createTempDirectory("isthmus-e2e-install-");
    } catch (IOException e) {
      throw new ProcessFailure("cannot make a directory for kubeconfigs", e);
    }
  }
}
