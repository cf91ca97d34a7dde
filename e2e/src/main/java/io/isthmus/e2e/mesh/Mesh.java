package io.isthmus.e2e.mesh;

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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Clusters with all their processes, not linked yet. */
public final class Mesh implements AutoCloseable {
  private final Workspace workspace;
  private final Internet internet;
  private final List<Cluster> clusters = new CopyOnWriteArrayList<>();
  private final List<MeshProcess> processes = new CopyOnWriteArrayList<>();

  private Mesh(Internet internet, Workspace workspace) {
    this.internet = internet;
    this.workspace = workspace;
  }

  /** Everything but the workloads' apps. */
  public static Mesh start(
      Scenarios scenarios, Internet internet, Workspace workspace, List<Cluster.Member> members) {
    Mesh mesh = new Mesh(internet, workspace);
    try {
      scenarios.stage(
          "start %d API servers with the same Pod and Service ranges".formatted(members.size()),
          () -> members.forEach(mesh::add));
      scenarios.stage(
          "prepare the clusters", () -> Together.each(mesh.clusters(), Cluster::prepare));
      scenarios.stage(
          "start the control planes", () -> mesh.start(mesh.clusters(), Cluster::startControl));
      scenarios.stage(
          "start mirror controllers, gateways and sidecars",
          () -> mesh.startBehindControl(mesh.clusters()));
    } catch (RuntimeException e) {
      mesh.close();
      throw e;
    }
    return mesh;
  }

  /** One more cluster, with all but its workload's app. */
  public Cluster join(Cluster.Member member) {
    List<Cluster> joined = List.of(add(member));
    joined.forEach(Cluster::prepare);
    start(joined, Cluster::startControl);
    startBehindControl(joined);
    return joined.getFirst();
  }

  private Cluster add(Cluster.Member member) {
    Cluster cluster = new Cluster(internet, workspace, member);
    clusters.add(cluster);
    return cluster;
  }

  private void startBehindControl(List<Cluster> in) {
    start(in, Cluster::startMirrorController);
    start(in, Cluster::startGateway);
    start(in, Cluster::startSidecar);
  }

  /** Starts a process in each, and waits until all are ready. */
  public void start(List<Cluster> in, Function<Cluster, MeshProcess> start) {
    List<MeshProcess> started = new ArrayList<>();
    in.forEach(cluster -> started.add(start.apply(cluster)));
    processes.addAll(started);
    started.forEach(MeshProcess::awaitReady);
  }

  public List<Cluster> clusters() {
    return clusters;
  }

  public Cluster cluster(String name) {
    return clusters.stream()
        .filter(cluster -> cluster.site().name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no cluster " + name));
  }

  public Cluster west() {
    return cluster("west");
  }

  public Cluster east() {
    return cluster("east");
  }

  public Internet internet() {
    return internet;
  }

  public Path binaries() {
    return workspace.binaries();
  }

  public Path scratch() {
    return workspace.scratch();
  }

  /** A process by its place in the clusters: {@code process("east", "sidecar")}. */
  public MeshProcess process(String cluster, String name) {
    return processes.stream()
        .filter(p -> p.name().equals(name))
        .filter(p -> p.process().log().endsWith(Path.of(cluster, name + ".log")))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no process " + cluster + "/" + name));
  }

  /** Runs {@code isthmus} as an operator who reaches all API servers' public addresses. */
  public String isthmus(String... arguments) {
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
    StringBuilder parts = new StringBuilder();
    StringBuilder users = new StringBuilder();
    StringBuilder contexts = new StringBuilder();
    for (Cluster cluster : clusters) {
      String name = cluster.site().name();
      parts.append("- {name: %s, cluster: %s}%n".formatted(name, part(cluster, "cluster: ")));
      users.append("- {name: %s, user: %s}%n".formatted(name, part(cluster, "user: ")));
      contexts.append("- {name: %1$s, context: {cluster: %1$s, user: %1$s}}%n".formatted(name));
    }
    try {
      return Files.writeString(
          file,
          "apiVersion: v1\nkind: Config\nclusters:\n%susers:\n%scontexts:\n%scurrent-context: %s\n"
              .formatted(parts, users, contexts, clusters.getFirst().site().name()));
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
    clusters.forEach(Cluster::close);
  }
}
