package io.isthmus.e2e.kubernetes;

import io.isthmus.cli.process.Command;
import io.isthmus.cli.process.ProcessFailure;
import io.isthmus.e2e.site.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A cluster of one node, from {@link #up} to {@link #close}. */
public final class KubernetesCluster implements AutoCloseable {
  private static final Duration UP_LIMIT = Duration.ofMinutes(4);
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final Path testbed;
  private final String name;

  /**
   * One that is to be.
   *
   * @param root of the project
   * @param name at most 10 characters
   */
  public KubernetesCluster(Path root, String name) {
    this.testbed = root.resolve("e2e/testbed");
    this.name = name;
  }

  /** What this machine lacks for a cluster with a node, and the remedy; empty: nothing. */
  public static Optional<String> lacks() {
    Path built = Workspace.builtPrograms();
    return Stream.of(
            built.resolve("kubelet"),
            built.resolve("kube-proxy"),
            built.resolve("coredns"),
            Path.of("/usr/bin/containerd"),
            Path.of("/usr/sbin/runc"))
        .filter(program -> !Files.isExecutable(program))
        .findFirst()
        .map(program -> program + " is missing: run e2e/testbed/build.sh node (root, Go, Debian)");
  }

  /** Brings it up; one of the same name that is left is taken down first. */
  public void up() {
    close();
    Command.run(UP_LIMIT, script("up.sh"));
  }

  public String kubectl(String... arguments) {
    return Command.run(LIMIT, script("kc", arguments));
  }

  /** As {@link #kubectl}, for what may fail. */
  public Command.Result attempt(String... arguments) {
    return Command.attempt(LIMIT, script("kc", arguments));
  }

  /** Applies a manifest. */
  public void apply(String yaml) {
    Path directory;
    try {
      directory = Files.createTempDirectory("isthmus-e2e-apply-");
      kubectl("apply", "-f", Files.writeString(directory.resolve("apply.yaml"), yaml).toString());
      delete(directory);
    } catch (IOException e) {
      throw new ProcessFailure("cannot write a manifest", e);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Runs a command on the node, which sees this machine's files. */
  public String onNode(String... command) {
    return Command.run(LIMIT, script("in.sh", command));
  }

  /** What a container engine would have pulled. */
  public void importImage(Path archive) {
    onNode("ctr", "-n", "k8s.io", "images", "import", archive.toString());
  }

  private List<String> script(String script, String... arguments) {
    List<String> line = new ArrayList<>(List.of(testbed.resolve(script).toString(), name));
    line.addAll(List.of(arguments));
    return line;
  }

  @Override
  public void close() {
    Command.run(LIMIT, script("down.sh"));
  }
}
