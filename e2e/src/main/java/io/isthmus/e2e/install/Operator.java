package io.isthmus.e2e.install;

import io.isthmus.cli.process.Command;
import io.isthmus.cli.process.ProcessFailure;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import io.isthmus.e2e.site.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Who installs: somewhere between the clusters, with a context for each.
 *
 * @param root of the project
 * @param kubeconfigs as the variable KUBECONFIG has them
 */
public record Operator(Path root, String kubeconfigs) {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final Path KUBECTL = Workspace.builtPrograms().resolve("kubectl");
  private static final Path HELM = Workspace.builtPrograms().resolve("helm");
  private static final String INTERNET = "/run/netns/isthmus-testbed-internet";

  /** What this machine lacks to type {@code helm}, and the remedy; empty: nothing. */
  static Optional<String> lacksHelm() {
    return Files.isExecutable(HELM)
        ? Optional.empty()
        : Optional.of(HELM + " is missing: run e2e/testbed/build.sh tool helm");
  }

  static Operator of(Path root, List<KubernetesCluster> clusters, Path directory) {
    return new Operator(
        root,
        clusters.stream()
            .map(cluster -> write(directory.resolve(cluster.name()), cluster.publicKubeconfig()))
            .map(Path::toString)
            .collect(Collectors.joining(":")));
  }

  private static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new ProcessFailure("cannot write " + file, e);
    }
  }

  /** Runs a program of ours or of the testbed, which has to succeed; what it said. */
  String type(List<String> line) {
    return Command.run(LIMIT, typed(line));
  }

  /** As {@link #type}, for what may fail. */
  Command.Result attempt(List<String> line) {
    return Command.attempt(LIMIT, typed(line));
  }

  private List<String> typed(List<String> line) {
    Path program =
        switch (line.getFirst()) {
          case "isthmus" -> root.resolve("isthmus");
          case "kubectl" -> KUBECTL;
          case "helm" -> HELM;
          default ->
              throw new IllegalArgumentException(
                  "'%s': expected isthmus, kubectl or helm".formatted(String.join(" ", line)));
        };
    return line(program, line.subList(1, line.size()).toArray(String[]::new));
  }

  /** Runs {@code isthmus}, which has to succeed; what it said. */
  public String isthmus(String... arguments) {
    return Command.run(LIMIT, line(root.resolve("isthmus"), arguments));
  }

  /** As {@link #isthmus}, for what may fail. */
  public Command.Result attemptIsthmus(String... arguments) {
    return Command.attempt(LIMIT, line(root.resolve("isthmus"), arguments));
  }

  public String kubectl(KubernetesCluster cluster, String... arguments) {
    return Command.run(LIMIT, kubectlLine(cluster, arguments));
  }

  /** As {@link #kubectl}, for what may fail. */
  public Command.Result attempt(KubernetesCluster cluster, String... arguments) {
    return Command.attempt(LIMIT, kubectlLine(cluster, arguments));
  }

  private List<String> kubectlLine(KubernetesCluster cluster, String... arguments) {
    List<String> all = new ArrayList<>(List.of("--context", cluster.name()));
    all.addAll(List.of(arguments));
    return line(KUBECTL, all.toArray(String[]::new));
  }

  private List<String> line(Path program, String... arguments) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "nsenter",
                "--net=" + INTERNET,
                "env",
                "KUBECONFIG=" + kubeconfigs,
                program.toString()));
    line.addAll(List.of(arguments));
    return line;
  }
}
