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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A cluster of one node or two, from {@link #up} to {@link #close}. */
public final class KubernetesCluster implements AutoCloseable {
  private static final Duration UP_LIMIT = Duration.ofMinutes(4);
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final Path testbed;
  private final String name;
  private final List<String> environment;

  /**
   * One that is to be.
   *
   * @param root of the project
   * @param name at most 10 characters
   */
  public KubernetesCluster(Path root, String name) {
    this(root.resolve("e2e/testbed"), name, List.of());
  }

  private KubernetesCluster(Path testbed, String name, List<String> environment) {
    this.testbed = testbed;
    this.name = name;
    this.environment = environment;
  }

  /** The same with images loaded, and an API server that other clusters reach. */
  public KubernetesCluster published(List<Path> images) {
    String files = images.stream().map(Path::toString).collect(Collectors.joining(" "));
    return new KubernetesCluster(testbed, name, List.of("PUBLISH_API=1", "IMAGES=" + files));
  }

  public String name() {
    return name;
  }

  /** Where LoadBalancers are reached. */
  public String publicAddress() {
    return "203.0.113." + read("index").strip();
  }

  /** For those who see the cluster from outside. */
  public String publicKubeconfig() {
    return read("admin.kubeconfig")
        .replaceFirst(
            "server: \"https://[0-9.]+:6443\"",
            "server: \"https://%s:6443\"".formatted(publicAddress()));
  }

  private String read(String file) {
    Path path = state().resolve(file);
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new ProcessFailure("cluster %s is not up: cannot read %s".formatted(name, path), e);
    }
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
    start(name, environment);
  }

  /** One more node, with the same images; it goes down with the cluster. Its name: with -2. */
  public void addNode() {
    List<String> joining = new ArrayList<>(environment);
    joining.add("JOIN=" + name);
    start(name + "-2", joining);
  }

  private void start(String node, List<String> environment) {
    List<String> line = new ArrayList<>(List.of("env"));
    line.addAll(environment);
    line.add(testbed.resolve("up.sh").toString());
    line.add(node);
    Command.run(UP_LIMIT, line);
  }

  public String kubectl(String... arguments) {
    return Command.run(LIMIT, script("kc", arguments));
  }

  /** As {@link #kubectl}, for what may fail. */
  public Command.Result attempt(String... arguments) {
    return Command.attempt(LIMIT, script("kc", arguments));
  }

  /** Runs a command in a container, whose failure is for the caller to judge. */
  public Command.Result inContainer(
      String namespace, String pod, String container, String... command) {
    List<String> line =
        new ArrayList<>(List.of("exec", "-n", namespace, pod, "-c", container, "--"));
    line.addAll(List.of(command));
    return attempt(line.toArray(String[]::new));
  }

  /** Applies a manifest that names no namespace. */
  public void apply(String yaml, String namespace) {
    apply(yaml, List.of("-n", namespace));
  }

  /** Applies a manifest. */
  public void apply(String yaml) {
    apply(yaml, List.of());
  }

  private void apply(String yaml, List<String> options) {
    Path directory;
    try {
      directory = Files.createTempDirectory("isthmus-e2e-apply-");
      List<String> line = new ArrayList<>(List.of("apply", "-f"));
      line.add(Files.writeString(directory.resolve("apply.yaml"), yaml).toString());
      line.addAll(options);
      kubectl(line.toArray(String[]::new));
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

  /** Kills {@code etcd} or {@code apiserver}. */
  public void stop(String program) {
    Command.run(LIMIT, script("program.sh", "stop", program));
  }

  /** Starts {@code etcd} or {@code apiserver} again, with what it had stored. */
  public void start(String program) {
    Command.run(LIMIT, script("program.sh", "start", program));
  }

  /** Keeps what etcd has stored now. */
  public void saveEtcd() {
    Command.run(LIMIT, script("program.sh", "save", "etcd"));
  }

  /** Puts back what was saved, as from a backup; etcd and the API server are started anew. */
  public void restoreEtcd() {
    Command.run(LIMIT, script("program.sh", "restore", "etcd"));
  }

  /** Ends all that runs on the node, as a loss of power does. */
  public void powerOff() {
    Command.run(LIMIT, script("reboot.sh", "off"));
  }

  public void powerOn() {
    Command.run(LIMIT, script("reboot.sh", "on"));
  }

  private Path state() {
    return Workspace.builtPrograms().resolveSibling("state").resolve(name);
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
