package io.isthmus.proxy.capture;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A Pod whose TCP is captured, beside an application that is bound to the Pod's addresses, and a
 * neighbour outside of the mesh:
 *
 * <pre>
 *   pod                                      outside
 *   10.77.0.2, fd77::2   --- eth0 --- eth0   10.77.0.1, fd77::1
 *   sidecar, application on :8080            first on :8081, second on :8082
 * </pre>
 *
 * Closing ends all processes and removes both namespaces, in whatever state they are.
 */
final class CapturedPod implements AutoCloseable {
  static final String POD_IPV4 = "10.77.0.2";
  static final String POD_IPV6 = "fd77::2";

  /** In a network that is not captured. */
  static final String SKIPPED_IPV4 = "10.78.0.1";

  private static final String SIDECAR_USER = "15008";

  /** What {@code control} has an injected Pod's init container do. */
  private static final List<String> CAPTURE =
      List.of(
          "nft",
          "--define",
          "proxy_user=" + SIDECAR_USER,
          "--define",
          "skip_inbound_ports={ 9090, 15008, 15020, 15021 }",
          "--define",
          "skip_outbound_ports={ 0, 8082 }",
          "--define",
          "skip_outbound_ipv4={ 127.0.0.0/8, 10.78.0.0/16 }",
          "--define",
          "skip_outbound_ipv6={ ::1/128 }",
          "--file",
          System.getProperty("isthmus.root")
              + "/api/src/main/resources/META-INF/isthmus/capture.nft");

  /** A user that is not root and reads the class path below root's home. */
  private static final List<String> AS_SIDECAR =
      List.of(
          "setpriv",
          "--reuid=" + SIDECAR_USER,
          "--regid=" + SIDECAR_USER,
          "--clear-groups",
          "--inh-caps=+dac_override",
          "--ambient-caps=+dac_override");

  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final NetworkNamespace pod;
  private final NetworkNamespace outside;
  private final Path directory;
  private final Deque<AutoCloseable> made;

  private CapturedPod(Path directory, Deque<AutoCloseable> made) throws IOException {
    this.directory = directory;
    this.made = made;
    this.pod = keep(NetworkNamespace.create("pod"));
    this.outside = keep(NetworkNamespace.create("outside"));
  }

  static CapturedPod start(Path directory) throws Exception {
    Deque<AutoCloseable> made = new ArrayDeque<>();
    try {
      CapturedPod captured = new CapturedPod(directory, made);
      captured.connect();
      captured.run();
      return captured;
    } catch (Exception | AssertionError e) {
      closeAll(made);
      throw e;
    }
  }

  NetworkNamespace pod() {
    return pod;
  }

  NetworkNamespace outside() {
    return outside;
  }

  List<String> accessLog() {
    Path log = directory.resolve("access.log");
    try {
      return Files.exists(log) ? Files.readAllLines(log) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T extends AutoCloseable> T keep(T closeable) {
    made.push(closeable);
    return closeable;
  }

  private void connect() throws IOException {
    pod.run(
        "ip",
        "link",
        "add",
        "eth0",
        "type",
        "veth",
        "peer",
        "name",
        "eth0",
        "netns",
        outside.name());
    address(pod, POD_IPV4 + "/24", POD_IPV6 + "/64");
    address(outside, "10.77.0.1/24", "fd77::1/64");
    pod.run("ip", "route", "add", "default", "via", "10.77.0.1");
    pod.run("ip", "route", "add", "default", "via", "fd77::1");
    outside.run("ip", "addr", "add", SKIPPED_IPV4 + "/32", "dev", "eth0");
    pod.run(CAPTURE.toArray(String[]::new));
    pod.run(CAPTURE.toArray(String[]::new)); // once more changes nothing
  }

  /** Without duplicate address detection, which holds IPv6 addresses back for a second. */
  private static void address(NetworkNamespace namespace, String ipv4, String ipv6)
      throws IOException {
    namespace.run("ip", "addr", "add", ipv4, "dev", "eth0");
    namespace.run("ip", "addr", "add", ipv6, "dev", "eth0", "nodad");
    namespace.run("ip", "link", "set", "eth0", "up");
  }

  private void run() throws IOException {
    Path neighbour =
        launch(
            outside,
            "neighbour",
            java(
                NamedApplication.class,
                "first=10.77.0.1:8081",
                "second=10.77.0.1:8082",
                "skipped=" + SKIPPED_IPV4 + ":8081",
                "first=[fd77::1]:8081",
                "second=[fd77::1]:8082"));
    Path application =
        launch(
            pod,
            "application",
            java(
                NamedApplication.class,
                "application=" + POD_IPV4 + ":8080",
                "application=[" + POD_IPV6 + "]:8080",
                "uncaptured=" + POD_IPV4 + ":9090"));
    List<String> sidecar = new ArrayList<>(AS_SIDECAR);
    sidecar.addAll(
        java(
            CapturedSidecar.class,
            "--cluster=west",
            "--trust-domain=west.demo",
            "--namespace=shop",
            "--service-account=web",
            "--pod=web-1",
            "--pod-ip=" + POD_IPV4,
            "--control-address=127.0.0.1:1",
            "--control-bundle=unused",
            "--token-file=unused",
            "--outbound-address=[::]:15001",
            "--inbound-plaintext-address=[::]:15006",
            "--access-log=" + directory.resolve("access.log")));
    awaitReady(List.of(neighbour, application, launch(pod, "sidecar", sidecar)));
  }

  private Path launch(NetworkNamespace namespace, String name, List<String> command)
      throws IOException {
    Path log = directory.resolve(name + ".log");
    Process process = namespace.start(log, command);
    keep(() -> process.destroyForcibly().waitFor());
    return log;
  }

  private static List<String> java(Class<?> program, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  private static void awaitReady(List<Path> logs) {
    for (Path log : logs) {
      await()
          .atMost(START_LIMIT)
          .failFast(() -> {
            if (Files.readString(log).contains("Exception")) {
              throw new AssertionError(log.getFileName() + ": " + Files.readString(log));
            }
          })
          .until(() -> Files.readString(log).contains("ready\n"));
    }
  }

  @Override
  public void close() throws Exception {
    closeAll(made);
  }

  /** The last first, and all of them, whatever fails on the way. */
  private static void closeAll(Deque<AutoCloseable> made) throws Exception {
    List<Exception> failures = new ArrayList<>();
    while (!made.isEmpty()) {
      try {
        made.pop().close();
      } catch (Exception e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }
}
