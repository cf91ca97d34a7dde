package io.isthmus.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.isthmus.certs.testing.TestCa;
import io.isthmus.proxy.identity.FakeControlPlane;
import io.isthmus.proxy.training.Loopback;
import io.isthmus.proxy.training.PackagedProcess;
import io.isthmus.proxy.xds.ServedMesh;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The sidecar as it is shipped, at SIGTERM. It calls the application that it is itself the sidecar
 * of, so every request goes out and comes in through the process that ends.
 */
final class SidecarProcessIT {
  private static final Duration DRAIN_PERIOD = Duration.ofSeconds(30);
  private static final int LONG_REQUESTS = 8;
  private static final int CALLERS = 4;

  @TempDir private Path directory;

  private final TestCa ca = TestCa.create("west.demo");
  private final ServedMesh mesh = new ServedMesh();
  private final String ip = Loopback.unused();
  private final AtomicInteger done = new AtomicInteger();
  private EchoApplication application;
  private FakeControlPlane control;
  private PackagedProcess sidecar;

  @BeforeEach
  void start() throws Exception {
    application = EchoApplication.start(new InetSocketAddress(ip, 8080));
    control = new FakeControlPlane(ca, directory).serving(mesh.service());
    control.certifies = ca.id("shop", "hello");
    control.start();
    sidecar =
        new PackagedProcess(
            PackagedProcess.Launch.onThisJvm(
                List.of("@" + Path.of("target", "isthmus-proxy.options")),
                Path.of("target", "isthmus-proxy.jar"),
                ip,
                directory.resolve("sidecar.log")),
            control.sidecarArguments(ip, "--drain-period=" + DRAIN_PERIOD.toSeconds() + "s"));
    mesh.configureSidecar(ca, control.certifies, ip);
    sidecar.awaitReady();
  }

  @AfterEach
  void close() throws Exception {
    sidecar.close();
    control.close();
    application.close();
  }

  @Test
  void finishesWhatIsInFlightAtSigtermRefusesWhatIsNewAndEndsWithZero() throws Exception {
    List<Socket> held = new ArrayList<>();
    for (int i = 0; i < LONG_REQUESTS; i++) {
      held.add(request().orElseThrow());
      assertThat(echoed(held.get(i), "begun")).isEqualTo("begun");
    }
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> calling = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        calling.add(callers.submit(this::callUntilRefused));
      }
      await().atMost(Duration.ofSeconds(30)).until(() -> done.get() > 100);

      Instant signal = Instant.now();
      sidecar.terminate();
      for (Future<Void> caller : calling) {
        caller.get(); // throws if a request failed that had been answered
      }
      assertRefused(15080);
      assertRefused(15008);
      assertThat(sidecar.status("15021/ready")).isEqualTo(503);
      for (Socket socket : held) {
        finish(socket);
      }
      assertThat(sidecar.awaitEnd()).isZero();
      assertThat(Duration.between(signal, Instant.now())).isLessThan(DRAIN_PERIOD);
    }
  }

  /** Short requests, one after the other, each on a connection of its own. */
  private Void callUntilRefused() throws IOException {
    for (Optional<Socket> next = request(); next.isPresent(); next = request()) {
      assertThat(echoed(next.orElseThrow(), "short")).isEqualTo("short");
      finish(next.orElseThrow());
      done.incrementAndGet();
    }
    return null;
  }

  private void finish(Socket request) throws IOException {
    try (request) {
      assertThat(echoed(request, "ended")).isEqualTo("ended");
      request.shutdownOutput();
      assertThat(request.getInputStream().read()).isEqualTo(-1);
    }
  }

  private static String echoed(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(SidecarPair.ascii(text));
    return new String(socket.getInputStream().readNBytes(text.length()));
  }

  /**
   * A request that was answered; empty when it was refused: not connected, cut by the kernel while
   * it waited to be accepted, or told so.
   */
  private Optional<Socket> request() throws IOException {
    Socket socket = new Socket();
    String head;
    try {
      socket.connect(new InetSocketAddress(ip, 15080));
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              SidecarPair.ascii(
                  "CONNECT %s:%d HTTP/1.1\r\n\r\n"
                      .formatted(ServedMesh.EXPLICIT_HOST, ServedMesh.EXPLICIT_PORT)));
      head = SidecarPair.head(socket.getInputStream());
    } catch (SocketTimeoutException e) {
      throw new AssertionError("neither answered nor refused", e);
    } catch (IOException e) {
      socket.close();
      return sidecarDrains(e);
    }
    if (head.startsWith("HTTP/1.1 200 ")) {
      return Optional.of(socket);
    }
    socket.close();
    // This sidecar is its own destination: a request that it took in the moment of the signal finds
    // its port 15008 closed already.
    assertThat(head)
        .satisfiesAnyOf(
            answer -> assertThat(answer).startsWith("HTTP/1.1 503 "),
            answer ->
                assertThat(answer)
                    .startsWith("HTTP/1.1 502 ")
                    .contains("isthmus-reason: connect_failed\r\n"));
    return sidecarDrains(new IOException(head));
  }

  /** Refusals are right only after the signal. */
  private Optional<Socket> sidecarDrains(IOException refusal) {
    assertThat(sidecar.status("15021/ready")).as(refusal.toString()).isEqualTo(503);
    return Optional.empty();
  }

  private void assertRefused(int port) {
    await()
        .untilAsserted(() ->
            assertThatThrownBy(() -> new Socket(ip, port).close())
                .isInstanceOf(ConnectException.class));
  }
}
