package io.isthmus.e2e.story;

import io.isthmus.cli.process.Command;
import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.site.Internet;
import io.isthmus.e2e.site.MeshProcess;
import io.isthmus.e2e.site.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Two linked clusters with all their processes. */
final class Mesh implements AutoCloseable {
  private final Workspace workspace;
  private final Internet internet;
  private final Cluster west;
  private final Cluster east;
  private final List<MeshProcess> processes = new ArrayList<>();

  private Mesh(Internet internet, Workspace workspace) {
    this.internet = internet;
    this.workspace = workspace;
    this.west = new Cluster(internet, workspace, new Cluster.Member("west", 1, "client"));
    this.east = new Cluster(internet, workspace, new Cluster.Member("east", 2, "hello"));
  }

  static Mesh start(Scenarios scenarios, Internet internet, Workspace workspace) {
    List<Mesh> made = new ArrayList<>();
    scenarios.stage(
        "start two API servers with the same Pod and Service ranges",
        () -> made.add(new Mesh(internet, workspace)));
    Mesh mesh = made.getFirst();
    try {
      scenarios.stage("prepare both clusters", mesh::prepare);
      scenarios.stage("start the control planes", () -> mesh.each(Cluster::startControl));
      scenarios.stage(
          "start mirror controllers, gateways, sidecars and apps",
          () -> {
            mesh.each(Cluster::startMirrorController);
            mesh.each(Cluster::startGateway);
            mesh.each(Cluster::startSidecar);
            mesh.each(Cluster::startApp);
          });
      scenarios.stage("capture the client's outbound traffic", mesh.west::captureOutbound);
    } catch (RuntimeException e) {
      mesh.close();
      throw e;
    }
    return mesh;
  }

  private void prepare() {
    west.prepare();
    east.prepare();
  }

  private void each(java.util.function.Function<Cluster, MeshProcess> start) {
    List<MeshProcess> started = List.of(start.apply(west), start.apply(east));
    processes.addAll(started);
    started.forEach(MeshProcess::awaitReady);
  }

  Cluster west() {
    return west;
  }

  Cluster east() {
    return east;
  }

  Internet internet() {
    return internet;
  }

  Path binaries() {
    return workspace.binaries();
  }

  Path scratch() {
    return workspace.scratch();
  }

  /** A process by its place in the clusters: {@code process("east", "sidecar")}. */
  MeshProcess process(String cluster, String name) {
    return processes.stream()
        .filter(p -> p.name().equals(name))
        .filter(p -> p.process().log().endsWith(Path.of(cluster, name + ".log")))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no process " + cluster + "/" + name));
  }

  List<MeshProcess> processes() {
    return processes;
  }

  /** Runs {@code isthmus} as an operator who reaches both API servers' public addresses. */
  String isthmus(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                workspace.root().resolve("cli/target/isthmus-cli.jar").toString(),
                "--kubeconfig=" + operatorKubeconfig()));
    command.addAll(List.of(arguments));
    return Command.run(Duration.ofSeconds(60), internet.router().line(command));
  }

  private Path operatorKubeconfig() {
    Path file = workspace.scratch().resolve("operator.kubeconfig");
    StringBuilder clusters = new StringBuilder();
    StringBuilder users = new StringBuilder();
    StringBuilder contexts = new StringBuilder();
    for (Cluster cluster : List.of(west, east)) {
      String name = cluster.site().name();
      clusters.append("- {name: %s, cluster: %s}%n".formatted(name, part(cluster, "cluster: ")));
      users.append("- {name: %s, user: %s}%n".formatted(name, part(cluster, "user: ")));
      contexts.append("- {name: %1$s, context: {cluster: %1$s, user: %1$s}}%n".formatted(name));
    }
    try {
      return Files.writeString(
          file,
          "apiVersion: v1\nkind: Config\nclusters:\n%susers:\n%scontexts:\n%scurrent-context: west\n"
              .formatted(clusters, users, contexts));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The flow mapping after {@code key} in a cluster's own kubeconfig. */
  private static String part(Cluster cluster, String key) {
    try {
      String text = Files.readString(cluster.site().kubeconfig());
      int start = text.indexOf('{', text.indexOf(", " + key));
      return text.substring(start, text.indexOf('}', start) + 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    west.close();
    east.close();
  }
}
