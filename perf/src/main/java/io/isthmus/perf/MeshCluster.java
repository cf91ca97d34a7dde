package io.isthmus.perf;

import io.isthmus.cli.process.ChildProcess;
import io.isthmus.cli.process.Command;
import io.isthmus.cli.process.ProcessFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One cluster on the destination's node: fabric8's in-memory API, and the real control plane. */
final class MeshCluster implements AutoCloseable {
  static final String API = "http://" + TestBed.DESTINATION_IP + ":6443";
  static final int CONTROL_PORT = 15012;
  static final String ID_PREFIX = "spiffe://perf.test/ns/perf/sa/";

  /** Of the control plane: with what else a JVM needs, it fits a container of 350 MB. */
  private static final String CONTROL_HEAP = "160m";

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Path directory;
  private final List<ChildProcess> started = new ArrayList<>();
  private List<Hop> control = List.of();

  private MeshCluster(Path directory) {
    this.directory = directory;
  }

  /**
   * Starts everything, or nothing: what was started is ended when a part does not come up.
   *
   * @param leafLifetime as the TrustDomain says it, such as {@code 24h}
   */
  static MeshCluster start(Path directory, String leafLifetime) {
    MeshCluster cluster = new MeshCluster(directory);
    try {
      cluster.startAll(leafLifetime);
      return cluster;
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  private void startAll(String leafLifetime) {
    ChildProcess api =
        start(
            "api",
            List.of(
                "-XX:+UseSerialGC",
                "-Xmx192m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Jvm.jar("cli"),
                "io.isthmus.cli.embedded.EmbeddedApiMain",
                "--address=" + TestBed.DESTINATION_IP + ":6443",
                "--state=" + directory.resolve("api-state")));
    api.awaitLog("ready", LIMIT);
    provision("objects", leafLifetime);
    control =
        List.of(
            new Hop(
                start(
                    "control",
                    List.of(
                        "@" + Path.of("control/src/main/jvm/control.options").toAbsolutePath(),
                        "-Xmx" + CONTROL_HEAP,
                        "-jar",
                        Jvm.jar("control"),
                        "--cluster=perf",
                        "--trust-domain=perf.test",
                        "--kubeconfig=" + Kubeconfig.write(directory, API)))));
    provision("credentials", directory.toString());
  }

  /** The control plane's process. */
  Hop control() {
    return control.getFirst();
  }

  /** Starts a sidecar as it is shipped, one event loop; returns when it is ready. */
  ChildProcess sidecar(String node, String account, String ip, List<String> more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Jvm.java(),
                "@" + Path.of("proxy/target/isthmus-proxy.options").toAbsolutePath(),
                "-jar",
                Jvm.jar("proxy"),
                "--cluster=perf",
                "--trust-domain=perf.test",
                "--namespace=perf",
                "--service-account=" + account,
                "--pod=" + account + "-1",
                "--pod-ip=" + ip,
                "--control-address=" + TestBed.DESTINATION_IP + ":" + CONTROL_PORT,
                "--control-bundle=" + directory.resolve("bundle.json"),
                "--token-file=" + directory.resolve("token-" + account),
                "--outbound-address=127.0.0.1:" + TestBed.SIDECAR_CAPTURE_PORT,
                "--access-log=" + directory.resolve("access-" + account + ".log"),
                "--threads=1"));
    command.addAll(more);
    ChildProcess process = begin("sidecar-" + account, node, command);
    awaitReady(process, node, ip);
    return process;
  }

  private static void awaitReady(ChildProcess process, String node, String ip) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < LIMIT.toNanos()) {
      Command.Result ready =
          Command.attempt(
              LIMIT,
              TestBed.on(
                  node,
                  List.of("curl", "-sf", "-o", "/dev/null", "http://" + ip + ":15021/ready")));
      if (ready.exit() == 0) {
        return;
      }
      Pause.millis(5);
    }
    throw new ProcessFailure(
        "%s is not ready within %s:%n%s".formatted(process.name(), LIMIT, process.lastLines(20)));
  }

  private ChildProcess start(String name, List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(Jvm.java()));
    command.addAll(arguments);
    return begin(name, TestBed.DESTINATION, command);
  }

  private ChildProcess begin(String name, String node, List<String> command) {
    ChildProcess process = ChildProcess.start(name, directory, TestBed.on(node, command));
    started.addFirst(process);
    return process;
  }

  private static void provision(String step, String more) {
    Command.run(
        LIMIT,
        TestBed.on(
            TestBed.DESTINATION,
            List.of(
                Jvm.java(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Jvm.jar("perf"),
                Provision.class.getName(),
                step,
                API,
                more)));
  }

  /** The last started first. */
  @Override
  public void close() {
    started.forEach(ChildProcess::close);
  }
}
