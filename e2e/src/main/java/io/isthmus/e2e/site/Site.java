package io.isthmus.e2e.site;

import io.isthmus.cli.process.ChildProcess;
import io.isthmus.cli.process.ProcessFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** One cluster: its node, its API server, and the processes of the mesh in their Pods. */
public final class Site implements AutoCloseable {
  private final String name;
  private final String trustDomain;
  private final Addresses addresses;
  private final Path directory;
  private final Distribution distribution;
  private final Path binaries;
  private final Namespace node;
  private final ApiServer api;
  private List<String> clock = List.of();
  private final List<Namespace> pods = new CopyOnWriteArrayList<>();
  private final List<MeshProcess> processes = new CopyOnWriteArrayList<>();
  private final List<ChildProcess> programs = new CopyOnWriteArrayList<>();
  private final List<BundleMount> mounts = new CopyOnWriteArrayList<>();

  /**
   * @param index on the internet
   */
  public record Place(String name, int index, String trustDomain) {}

  public Site(Internet internet, Place place, Workspace workspace) {
    this.name = place.name();
    this.trustDomain = place.trustDomain();
    this.addresses = new Addresses(place.index());
    this.directory = workspace.directory(name);
    this.distribution = workspace.distribution();
    this.binaries = workspace.binaries();
    this.node = SiteNetwork.node(internet, name, addresses);
    this.api = new ApiServer(node, addresses, directory, workspace.binaries());
  }

  public String name() {
    return name;
  }

  public String trustDomain() {
    return trustDomain;
  }

  public Addresses addresses() {
    return addresses;
  }

  public Namespace node() {
    return node;
  }

  public Path kubeconfig() {
    return api.kubeconfig();
  }

  /** What components of the mesh asked the API server for, a line of JSON each. */
  public Path auditLog() {
    return api.auditLog();
  }

  public String kubectl(String... arguments) {
    return api.kubectl(List.of(arguments));
  }

  /** Applies a manifest. */
  public void apply(String yaml) {
    Path file = directory.resolve("apply.yaml");
    write(file, yaml);
    kubectl("apply", "-f", file.toString());
  }

  /** A network namespace for a Pod, with its address on the site's bridge. */
  public Namespace podNetwork(String pod, String ip) {
    Namespace namespace = SiteNetwork.pod(node, name, pod, ip);
    pods.add(namespace);
    return namespace;
  }

  /** Processes of the mesh that start from here on have clocks that are {@code ahead}. */
  public void moveClocks(Duration ahead) {
    Path library = binaries.resolve("clock-offset.so");
    if (!Files.isReadable(library)) {
      throw new ProcessFailure(library + " is missing: run e2e/testbed/build.sh tool clock");
    }
    clock = List.of("env", "LD_PRELOAD=" + library, "CLOCK_OFFSET_SECONDS=" + ahead.toSeconds());
  }

  /** Starts a process of the mesh in a Pod's namespace. */
  public MeshProcess start(Namespace pod, String process, List<String> settings, String readyUrl) {
    String module = process.startsWith("sidecar") ? "proxy" : process;
    List<String> command = new ArrayList<>(clock);
    command.addAll(distribution.command(module, settings));
    return launch(pod, process, command, readyUrl);
  }

  /** Starts a server of the suite's own in a Pod's namespace. */
  public MeshProcess startApp(Namespace pod, String mainClass, List<String> arguments, String url) {
    return launch(pod, "app", distribution.own(mainClass, arguments), url);
  }

  /** As {@link #startProgram}, a main class of the suite's own. */
  public ChildProcess startOwn(
      Namespace pod, String name, String mainClass, List<String> arguments) {
    return startProgram(pod, name, distribution.own(mainClass, arguments));
  }

  /** Starts any other program in a Pod's namespace; its log is named like it. */
  public ChildProcess startProgram(Namespace pod, String program, List<String> command) {
    ChildProcess started = ChildProcess.start(program, directory, pod.line(command));
    programs.add(started);
    return started;
  }

  private MeshProcess launch(Namespace pod, String process, List<String> command, String url) {
    MeshProcess started =
        new MeshProcess(pod, directory, new MeshProcess.Start(process, command, url));
    processes.add(started);
    return started;
  }

  /** A token for the mesh's audience, in a file. */
  public Path meshToken(String namespace, String serviceAccount) {
    String token =
        kubectl(
            "create",
            "token",
            serviceAccount,
            "-n",
            namespace,
            "--audience=isthmus",
            "--duration=1h");
    return write(directory.resolve("token-" + serviceAccount), token.strip());
  }

  /** A kubeconfig with the rights of a service account and nothing more. */
  public Path kubeconfigOf(String namespace, String serviceAccount) {
    String token =
        kubectl("create", "token", serviceAccount, "-n", namespace, "--duration=1h").strip();
    String ca =
        Base64.getEncoder()
            .encodeToString(api.authority().getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    return write(
        directory.resolve(serviceAccount + ".kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "%s", certificate-authority-data: %s}}]
        users: [{name: u, user: {token: "%s"}}]
        contexts: [{name: c, context: {cluster: c, user: u}}]
        current-context: c
        """
            .formatted(addresses.apiUrl(), ca, token));
  }

  /** The cluster's own trust bundle, as its control plane published it, in a file. */
  public Path ownBundle() {
    return write(directory.resolve("bundle.json"), publishedBundle());
  }

  /** As {@link #ownBundle}, its text. */
  public String publishedBundle() {
    return kubectl(
        "get",
        "configmap",
        "isthmus-trust-bundle",
        "-n",
        "isthmus-system",
        "-o",
        "jsonpath={.data.bundle\\.json}");
  }

  /** From here on the file of {@link #ownBundle} follows its ConfigMap, as a kubelet's mount. */
  public void mountBundle() {
    mounts.add(new BundleMount(this, directory.resolve("bundle.json")));
  }

  /** SIGKILL of the API server. */
  public void killApiServer() {
    api.kill();
  }

  /** After {@link #killApiServer}: returns when it is ready. */
  public void startApiServerAgain() {
    api.startAgain();
  }

  private static Path write(Path file, String content) {
    try {
      return Files.writeString(file, content);
    } catch (IOException e) {
      throw new ProcessFailure("cannot write " + file, e);
    }
  }

  @Override
  public void close() {
    mounts.forEach(BundleMount::close);
    programs.reversed().forEach(ChildProcess::close);
    processes.reversed().forEach(MeshProcess::close);
    api.close();
    pods.forEach(Namespace::close);
    node.close();
  }
}
