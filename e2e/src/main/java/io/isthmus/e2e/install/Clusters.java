package io.isthmus.e2e.install;

import io.isthmus.cli.process.ProcessFailure;
import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.images.ImageArchive;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Real clusters with equal ranges, our images loaded and MetalLB's controllers, nothing installed;
 * and who operates them. From {@link #up} to {@link #close}.
 */
public final class Clusters implements AutoCloseable {
  private final Path root;
  private final List<KubernetesCluster> all;
  private Optional<Operator> operator = Optional.empty();

  /**
   * Clusters that are to be.
   *
   * @param root of the project
   * @param names at most 10 characters each
   */
  public Clusters(Path root, String... names) {
    this.root = root;
    List<Path> images =
        Stream.concat(
                ImageArchive.all(root).stream().map(ImageArchive::file),
                Stream.of(LoadBalancers.IMAGE))
            .toList();
    this.all =
        Stream.of(names).map(name -> new KubernetesCluster(root, name).published(images)).toList();
  }

  /** What this machine lacks for them, and the remedy; empty: nothing. */
  public static Optional<String> lacks(Path root) {
    return KubernetesCluster.lacks().or(LoadBalancers::lacks).or(() -> ImageArchive.lacks(root));
  }

  /** The two that most suites have. */
  public static Clusters ofTwo(Path root) {
    return new Clusters(root, "e2e-west", "e2e-east");
  }

  /** In the order of their names. */
  public List<KubernetesCluster> all() {
    return all;
  }

  /** Of two, where callers are. */
  public KubernetesCluster west() {
    return all.getFirst();
  }

  /** Of two, what is called. */
  public KubernetesCluster east() {
    return all.getLast();
  }

  /** Types the five commands between two: a mesh of both, in which shop's client calls hello. */
  public void link(Scenarios scenarios) {
    new FiveCommands(operator(), west(), east()).asStage(scenarios);
  }

  public void up(Scenarios scenarios) {
    scenarios.stage(
        "bring up %d clusters with images loaded".formatted(all.size()),
        () -> each(KubernetesCluster::up));
    scenarios.stage("start MetalLB's controllers", () -> each(LoadBalancers::start));
  }

  /** Somebody outside, who reaches public addresses only; the same one each time. */
  public Operator operator() {
    if (operator.isEmpty()) {
      operator = Optional.of(newOperator());
    }
    return operator.get();
  }

  private Operator newOperator() {
    try {
      return Operator.of(root, all, Files.createTempDirectory("isthmus-e2e-install-"));
    } catch (IOException e) {
      throw new ProcessFailure("cannot make a directory for kubeconfigs", e);
    }
  }

  /** At once, since most of it is waiting. */
  private void each(Consumer<KubernetesCluster> step) {
    CompletableFuture.allOf(
            all.stream()
                .map(cluster -> CompletableFuture.runAsync(() -> step.accept(cluster)))
                .toArray(CompletableFuture[]::new))
        .join();
  }

  @Override
  public void close() {
    each(KubernetesCluster::close);
  }
}
