package io.isthmus.cli.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** etcd, kube-apiserver and kube-controller-manager, without nodes. */
final class RealApi implements ApiServer {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String ISSUER = "https://kubernetes.default.svc";

  private final ClusterSpec spec;
  private final Path directory;
  private final RealApiBinaries binaries;
  private final LocalRoute route;

  RealApi(ClusterSpec spec, Installation installation, Path directory) {
    this.spec = spec;
    this.directory = directory;
    this.binaries = new RealApiBinaries(installation);
    this.route = new LocalRoute(spec.addresses().prefix());
  }

  @Override
  public void start(Launcher launcher) {
    binaries.buildMissing();
    route.add();
    String admin = UUID.randomUUID().toString();
    try {
      Files.writeString(
          directory.resolve("tokens.csv"), admin + ",admin,admin,\"system:masters\"\n");
      Files.writeString(directory.resolve("sa.key"), SigningKey.rsaPem());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the API server's files", e);
    }
    launcher.launch(etcd()).awaitReady(PATIENCE);
    DemoProcess apiServer = launcher.launch(apiServer()).awaitReady(PATIENCE);
    Kubeconfigs.write(
        adminKubeconfig(), new Kubeconfigs.Target(spec.name(), url(), authority()), admin);
    ApiReady ready = new ApiReady(adminKubeconfig());
    ready.await(apiServer, PATIENCE);
    launcher.launch(controllerManager());
  }

  @Override
  public String url() {
    return "https://" + spec.addresses().api() + ":6443";
  }

  @Override
  public Path adminKubeconfig() {
    return directory.resolve("admin.kubeconfig");
  }

  @Override
  public void undo() {
    route.remove();
  }

  private String authority() {
    try {
      return Files.readString(directory.resolve("apiserver/apiserver.crt"));
    } catch (IOException e) {
      throw new UncheckedIOException("the API server wrote no certificate", e);
    }
  }

  private ProcessSpec etcd() {
    String client = "http://" + spec.addresses().api() + ":2379";
    String peer = "http://" + spec.addresses().api() + ":2380";
    return process(
        "etcd",
        Readiness.http(client + "/health"),
        "--unsafe-no-fsync",
        "--log-level=warn",
        "--data-dir=" + directory.resolve("etcd"),
        "--listen-client-urls=" + client,
        "--advertise-client-urls=" + client,
        "--listen-peer-urls=" + peer,
        "--initial-advertise-peer-urls=" + peer,
        "--initial-cluster=default=" + peer);
  }

  private ProcessSpec apiServer() {
    String address = spec.addresses().api();
    return process(
        "kube-apiserver",
        Readiness.listening(new java.net.InetSocketAddress(address, 6443)),
        "--etcd-servers=http://" + address + ":2379",
        "--bind-address=" + address,
        "--advertise-address=" + address,
        "--secure-port=6443",
        "--cert-dir=" + directory.resolve("apiserver"),
        "--service-account-issuer=" + ISSUER,
        "--service-account-key-file=" + directory.resolve("sa.key"),
        "--service-account-signing-key-file=" + directory.resolve("sa.key"),
        "--api-audiences=" + ISSUER + ",isthmus",
        "--authorization-mode=RBAC",
        "--token-auth-file=" + directory.resolve("tokens.csv"),
        "--service-cluster-ip-range=10.96.0.0/16",
        "--allow-privileged");
  }

  private ProcessSpec controllerManager() {
    return process(
        "kube-controller-manager",
        () -> true,
        "--kubeconfig=" + adminKubeconfig(),
        "--authentication-kubeconfig=" + adminKubeconfig(),
        "--authorization-kubeconfig=" + adminKubeconfig(),
        "--bind-address=" + spec.addresses().api(),
        "--secure-port=10257",
        "--cert-dir=" + directory.resolve("controller-manager"),
        "--leader-elect=false",
        "--service-account-private-key-file=" + directory.resolve("sa.key"),
        "--controllers=*,-node-lifecycle-controller,-node-ipam-controller,-pod-garbage-collector-controller");
  }

  private ProcessSpec process(String binary, Readiness readiness, String... arguments) {
    java.util.ArrayList<String> command = new java.util.ArrayList<>();
    command.add(binaries.path(binary).toString());
    command.addAll(List.of(arguments));
    return new ProcessSpec(
        spec.name() + "/" + binary, command, directory.resolve(binary + ".log"), readiness);
  }

  /** Where {@code e2e/testbed/build.sh} keeps what it builds. */
  static Path cache() {
    return Optional.ofNullable(System.getenv("TESTBED"))
        .map(Path::of)
        .orElseGet(() ->
            Path.of(
                    Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                        .orElse(System.getProperty("user.home") + "/.cache"))
                .resolve("isthmus-testbed"));
  }
}
