package io.isthmus.perf;

import io.isthmus.cli.process.ChildProcess;
import io.isthmus.cli.process.Command;
import io.isthmus.cli.process.ProcessFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Two sidecars as they are shipped: their own control plane (on fabric8's in-memory API), captured
 * traffic, identity checks, metrics and the access log to a file, one event loop each.
 */
final class IsthmusPair implements Contender {
  static final int TLS_PORT = 15008;
  private static final String API = "http://" + TestBed.DESTINATION_IP + ":6443";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Path root;
  private final Path directory;
  private final List<ChildProcess> started = new ArrayList<>();
  private List<Hop> hops = List.of();
  private Duration startToReady = Duration.ZERO;

  private IsthmusPair(Path root, Path directory) {
    this.root = root;
    this.directory = directory;
  }

  /** Starts everything, or nothing: what was started is ended when a part does not come up. */
  static IsthmusPair start(Path root, Path directory) {
    IsthmusPair pair = new IsthmusPair(root, directory);
    try {
      pair.startAll();
      return pair;
    } catch (RuntimeException e) {
      pair.close();
      throw e;
    }
  }

  private void startAll() {
    String cli = root.resolve("cli/target/isthmus-cli.jar").toString();
    ChildProcess api =
        start(
            "api",
            TestBed.DESTINATION,
            List.of(
                "-cp",
                cli,
                "io.isthmus.cli.embedded.EmbeddedApiMain",
                "--address=" + TestBed.DESTINATION_IP + ":6443",
                "--state=" + directory.resolve("api-state")));
    api.awaitLog("ready", LIMIT);
    provision("objects");
    start(
        "control",
        TestBed.DESTINATION,
        List.of(
            "-jar",
            root.resolve("control/target/isthmus-control.jar").toString(),
            "--cluster=perf",
            "--trust-domain=perf.test",
            "--kubeconfig=" + Kubeconfig.write(directory, API)));
    provision("credentials", directory.toString());
    Hop destination = sidecar(TestBed.DESTINATION, "backend", TestBed.DESTINATION_IP);
    hops = List.of(sidecar(TestBed.CALLER, "caller", TestBed.CALLER_IP), destination);
    Backend.awaitAnswer(TestBed.SERVICE_IP, servicePort());
  }

  private Hop sidecar(String node, String account, String ip) {
    long start = System.nanoTime();
    List<String> command =
        new ArrayList<>(
            List.of(
                java(),
                "@" + root.resolve("proxy/target/isthmus-proxy.options"),
                "-jar",
                root.resolve("proxy/target/isthmus-proxy.jar").toString(),
                "--cluster=perf",
                "--trust-domain=perf.test",
                "--namespace=perf",
                "--service-account=" + account,
                "--pod=" + account + "-1",
                "--pod-ip=" + ip,
                "--control-address=" + TestBed.DESTINATION_IP + ":15012",
                "--control-bundle=" + directory.resolve("bundle.json"),
                "--token-file=" + directory.resolve("token-" + account),
                "--outbound-address=127.0.0.1:" + TestBed.SIDECAR_CAPTURE_PORT,
                "--access-log=" + directory.resolve("access-" + account + ".log"),
                "--threads=1"));
    ChildProcess process = begin("sidecar-" + account, node, command);
    awaitReady(process, node, ip);
    startToReady = Duration.ofNanos(System.nanoTime() - start);
    return new Hop(process);
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

  private ChildProcess start(String name, String node, List<String> arguments) {
    List<String> command =
        new ArrayList<>(List.of(java(), "-XX:+UseSerialGC", "-Xmx192m", "-XX:TieredStopAtLevel=1"));
    command.addAll(arguments);
    return begin(name, node, command);
  }

  private ChildProcess begin(String name, String node, List<String> command) {
    ChildProcess process = ChildProcess.start(name, directory, TestBed.on(node, command));
    started.addFirst(process);
    return process;
  }

  private void provision(String step, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                java(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                root.resolve("perf/target/isthmus-perf.jar").toString(),
                Provision.class.getName(),
                step,
                API));
    command.addAll(List.of(more));
    Command.run(LIMIT, TestBed.on(TestBed.DESTINATION, command));
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  @Override
  public String name() {
    return "isthmus";
  }

  @Override
  public int servicePort() {
    return 80;
  }

  @Override
  public List<Hop> hops() {
    return hops;
  }

  @Override
  public TlsDoor door() {
    return new TlsDoor(TLS_PORT, directory.resolve("load.pem"), directory.resolve("load.p8"));
  }

  Hop caller() {
    return hops.getFirst();
  }

  /** From the start of the second sidecar's process to its readiness; polled every 5 ms. */
  Duration startToReady() {
    return startToReady;
  }

  /** The last started first. */
  @Override
  public void close() {
    started.forEach(ChildProcess::close);
  }
}
