package io.isthmus.proxy.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import io.isthmus.proxy.capture.NetworkNamespace.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The captured listeners under real redirection: nftables in a network namespace. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class CaptureIT {
  /**
   * What curl makes of a reset: it comes right after the handshake, before curl has seen itself
   * connected (7), while it sends its request (55), or while it waits for the answer (56). That a
   * listener was there at all, the access log shows.
   */
  private static final List<Integer> CURL_WAS_RESET = List.of(7, 55, 56);

  @TempDir static Path directory = Path.of("");
  private static Optional<CapturedPod> captured = Optional.empty();

  @BeforeAll
  static void start() throws Exception {
    NetworkNamespace.unavailable().ifPresent(CaptureIT::skip);
    captured = Optional.of(CapturedPod.start(directory));
  }

  @AfterAll
  static void stop() throws Exception {
    if (captured.isPresent()) {
      captured.get().close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "first, 10.96.0.10, 10.77.0.1:8081",
    "second, 10.96.0.11, 10.77.0.1:8082",
    "first, [fd96::10], [fd77::1]:8081",
    "second, [fd96::11], [fd77::1]:8082"
  })
  void reachesTheServiceWhoseAddressWasDialled(String name, String service, String endpoint)
      throws IOException {
    int before = pod().accessLog().size();

    Ended call = get(pod().pod(), service + ":" + CapturedSidecar.SERVICE_PORT);

    assertThat(call.output()).startsWith(name + " was asked by ");
    assertThat(logged(before))
        .contains("\"direction\":\"outbound\"")
        .contains("\"dst.service\":\"shop/" + name + ":80\"")
        .contains("\"dst.address\":\"" + endpoint + "\"")
        .contains("\"end\":\"closed_by_");
  }

  @ParameterizedTest
  @CsvSource({"10.96.0.99:80", "'[fd96::99]:80'", "10.96.0.10:81"})
  void namesAnUnknownDestinationAsItWasDialled(String address) throws IOException {
    int before = pod().accessLog().size();

    Ended call = get(pod().pod(), address);

    assertThat(call.exit()).as(call.output()).isIn(CURL_WAS_RESET);
    assertThat(logged(before))
        .contains("\"dst.address\":\"" + address + "\"", "\"end\":\"unknown_destination\"");
  }

  @ParameterizedTest
  @CsvSource({
    "10.77.0.2:8080, 10.77.0.1, 10.77.0.2",
    "'[fd77::2]:8080', '[fd77::1]', fd77:0:0:0:0:0:0:2"
  })
  void handsPlainTextToTheApplicationOnThePodsAddress(String address, String caller, String seen)
      throws IOException {
    int before = pod().accessLog().size();

    Ended call = get(pod().outside(), address);

    // the application was asked by the sidecar, not by the caller: nothing passed it by
    assertThat(call.output()).isEqualTo("application was asked by " + seen + "\n");
    assertThat(logged(before))
        .contains("\"direction\":\"inbound\"")
        .contains("\"src.address\":\"" + caller + ":")
        .contains("\"dst.address\":\"" + address + "\"")
        .contains("\"end\":\"closed_by_");
  }

  @ParameterizedTest
  @CsvSource({"10.77.0.1, first, 8081, 10.77.0.2", "fd77::1, first, 8081, fd77:0:0:0:0:0:0:2"})
  void leavesUdpFromThePodAlone(String host, String name, int port, String seen)
      throws IOException {
    assertThat(udp(pod().pod(), host, port)).isEqualTo(name + " was asked by " + seen + "\n");
  }

  @ParameterizedTest
  @CsvSource({"10.77.0.2, 10.77.0.1", "fd77::2, fd77:0:0:0:0:0:0:1"})
  void leavesUdpToThePodAlone(String host, String seen) throws IOException {
    assertThat(udp(pod().outside(), host, 8080))
        .isEqualTo("application was asked by " + seen + "\n");
  }

  /** By the JDK, which as root sends an echo request. */
  @ParameterizedTest
  @ValueSource(strings = {"10.77.0.1", "fd77::1"})
  void leavesIcmpAlone(String host, @TempDir Path directory) throws IOException {
    Path ping =
        Files.writeString(
            directory.resolve("Ping.java"),
            """
            void main(String[] host) throws Exception {
              IO.println(java.net.InetAddress.getByName(host[0]).isReachable(3000));
            }
            """);
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();

    int before = pod().accessLog().size();
    assertThat(pod().pod().attempt(java, ping.toString(), host).output()).endsWith("true\n");
    assertThat(pod().accessLog()).as("connections, which it tries elsewise").hasSize(before);
  }

  @ParameterizedTest
  @CsvSource({
    "outbound, 127.0.0.1:15001",
    "outbound, '[::1]:15001'",
    "outbound, 10.77.0.2:15001",
    "outbound, '[fd77::2]:15001'",
    "inbound, 127.0.0.1:15006",
    "inbound, '[::1]:15006'",
    "inbound, 10.77.0.2:15006",
    "inbound, '[fd77::2]:15006'"
  })
  void refusesAsALoopWhatNothingRedirected(String direction, String address) throws IOException {
    refusesAsALoop(pod().pod(), direction, address);
  }

  @ParameterizedTest
  @CsvSource({"10.77.0.2:15001", "'[fd77::2]:15001'", "10.77.0.2:15006", "'[fd77::2]:15006'"})
  void refusesAsALoopWhatOthersDialOnThePodsAddress(String address) throws IOException {
    refusesAsALoop(pod().outside(), "inbound", address);
  }

  @ParameterizedTest
  @CsvSource({
    "10.77.0.1:8082, second was asked by 10.77.0.2",
    "'[fd77::1]:8082', second was asked by fd77:0:0:0:0:0:0:2",
    "10.78.0.1:8081, skipped was asked by 10.77.0.2"
  })
  void leavesWhatIsSkippedToOthersAlone(String address, String answer) throws IOException {
    int before = pod().accessLog().size();

    assertThat(get(pod().pod(), address).output()).isEqualTo(answer + "\n");
    assertThat(pod().accessLog()).hasSize(before);
  }

  /** The application is asked by the caller itself: the sidecar passed nothing on. */
  @ParameterizedTest
  @CsvSource("10.77.0.2:9090, uncaptured was asked by 10.77.0.1")
  void leavesWhatIsSkippedToThePodAlone(String address, String answer) throws IOException {
    assertThat(get(pod().outside(), address).output()).isEqualTo(answer + "\n");
  }

  /** The kubelet's probes, and who scrapes metrics: they ask the sidecar itself. */
  @ParameterizedTest
  @CsvSource({"10.77.0.2:15021/live", "10.77.0.2:15020/metrics"})
  void leavesTheSidecarsOwnPortsAlone(String url) throws IOException {
    Ended call =
        pod().outside().attempt("curl", "-gsS", "-m", "10", "-w", "%{http_code}", "http://" + url);

    assertThat(call.output()).endsWith("200");
  }

  private static void refusesAsALoop(NetworkNamespace from, String direction, String address)
      throws IOException {
    int before = pod().accessLog().size();

    Ended call = get(from, address);

    assertThat(call.exit()).as(call.output()).isIn(CURL_WAS_RESET);
    assertThat(logged(before))
        .contains("\"direction\":\"" + direction + "\"")
        .contains("\"dst.address\":\"" + address + "\"")
        .contains("\"end\":\"loop\"");
  }

  private static Ended get(NetworkNamespace from, String address) throws IOException {
    return from.attempt("curl", "-gsS", "-m", "10", "http://" + address + "/");
  }

  /** Sends one datagram and returns the answer; bash has no other way to end but the time-out. */
  private static String udp(NetworkNamespace from, String host, int port) throws IOException {
    return from.attempt(
            "timeout",
            "5",
            "bash",
            "-c",
            "exec 3<>/dev/udp/%s/%d; echo who >&3; head -n 1 <&3".formatted(host, port))
        .output();
  }

  /** The one connection that was logged since. */
  private static String logged(int before) {
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(pod().accessLog()).hasSize(before + 1));
    List<String> lines = pod().accessLog();
    return lines.getLast();
  }

  private static CapturedPod pod() {
    return captured.orElseThrow();
  }

  private static void skip(String reason) {
    if ("true".equals(System.getenv("CI"))) {
      fail(reason);
    }
    abort(reason);
  }
}
