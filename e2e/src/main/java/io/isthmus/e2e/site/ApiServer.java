package io.isthmus.e2e.site;

import io.isthmus.cli.process.ChildProcess;
import io.isthmus.cli.process.Command;
import io.isthmus.cli.process.ProcessFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** etcd, kube-apiserver and kube-controller-manager on the site's node. */
final class ApiServer implements AutoCloseable {
  private final Namespace node;
  private final Path directory;
  private final Path binaries;
  private final Addresses addresses;
  private final List<ChildProcess> processes = new ArrayList<>();

  ApiServer(Namespace node, Addresses addresses, Path directory, Path binaries) {
    this.node = node;
    this.addresses = addresses;
    this.directory = directory;
    this.binaries = binaries;
    for (String binary : List.of("etcd", "kube-apiserver", "kube-controller-manager", "kubectl")) {
      if (!Files.isExecutable(binaries.resolve(binary))) {
        throw new ProcessFailure(
            "%s is missing in %s: run e2e/testbed/build.sh api".formatted(binary, binaries));
      }
    }
    certificates();
    start(
        "etcd",
        "--data-dir=" + directory.resolve("etcd"),
        "--unsafe-no-fsync",
        "--log-level=error");
    startApiServer();
    awaitReady();
    start(
        "kube-controller-manager",
        "--kubeconfig=" + kubeconfig(),
        "--service-account-private-key-file=" + directory.resolve("sa.key"),
        "--root-ca-file=" + directory.resolve("ca.crt"),
        "--use-service-account-credentials=false",
        "--leader-elect=false",
        // no kubelet runs here: nothing may judge nodes or collect Pods
        "--controllers=endpointslice-controller,namespace-controller,serviceaccount-controller,"
            + "garbage-collector-controller",
        "--v=0");
  }

  /** A kubeconfig of a cluster administrator. */
  Path kubeconfig() {
    return directory.resolve("admin.kubeconfig");
  }

  String authority() {
    try {
      return Files.readString(directory.resolve("ca.crt"));
    } catch (IOException e) {
      throw new ProcessFailure("cannot read the API server's CA certificate", e);
    }
  }

  String kubectl(List<String> arguments) {
    List<String> line =
        new ArrayList<>(
            List.of(binaries.resolve("kubectl").toString(), "--kubeconfig=" + kubeconfig()));
    line.addAll(arguments);
    return Command.run(Duration.ofSeconds(60), node.line(line));
  }

  /** What components of the mesh asked for, a line of JSON each. */
  Path auditLog() {
    return directory.resolve("audit.log");
  }

  private void certificates() {
    Path script = unpacked("api-certificates.sh");
    Command.run("bash", script.toString(), directory.toString(), addresses.publicAddress());
  }

  private Path unpacked(String resource) {
    Path file = directory.resolve(resource);
    try (var in = ApiServer.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new ProcessFailure(resource + " is not in the jar");
      }
      return Files.write(file, in.readAllBytes());
    } catch (IOException e) {
      throw new ProcessFailure("cannot write " + file, e);
    }
  }

  private void startApiServer() {
    start(
        "kube-apiserver",
        "--etcd-servers=http://127.0.0.1:2379",
        "--bind-address=0.0.0.0",
        "--advertise-address=" + addresses.node(),
        "--secure-port=6443",
        "--tls-cert-file=" + directory.resolve("apiserver.crt"),
        "--tls-private-key-file=" + directory.resolve("apiserver.key"),
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-key-file=" + directory.resolve("sa.pub"),
        "--service-account-signing-key-file=" + directory.resolve("sa.key"),
        "--api-audiences=https://kubernetes.default.svc",
        "--authorization-mode=RBAC",
        "--token-auth-file=" + directory.resolve("tokens.csv"),
        "--service-cluster-ip-range=" + Addresses.SERVICE_RANGE,
        "--audit-policy-file=" + unpacked("audit-policy.yaml"),
        "--audit-log-path=" + auditLog(),
        "--v=0");
  }

  /** SIGKILL of kube-apiserver; etcd stays. */
  void kill() {
    ChildProcess server =
        processes.stream()
            .filter(process -> process.name().equals("kube-apiserver"))
            .findFirst()
            .orElseThrow();
    server.kill();
    processes.remove(server);
  }

  /** After {@link #kill}: returns when it is ready. */
  void startAgain() {
    startApiServer();
    awaitReady();
  }

  private void start(String binary, String... arguments) {
    List<String> command = new ArrayList<>(List.of(binaries.resolve(binary).toString()));
    command.addAll(List.of(arguments));
    processes.add(ChildProcess.start(binary, directory, node.line(command)));
  }

  private void awaitReady() {
    for (int i = 0; i < 300; i++) {
      Command.Result ready =
          node.attempt(
              binaries.resolve("kubectl").toString(),
              "--kubeconfig=" + kubeconfig(),
              "get",
              "--raw=/readyz");
      if (ready.exit() == 0) {
        return;
      }
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }
    throw new ProcessFailure(
        "kube-apiserver is not ready within 30 s:\n" + processes.getLast().lastLines(20));
  }

  @Override
  public void close() {
    processes.reversed().forEach(ChildProcess::close);
  }
}
