package io.isthmus.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.isthmus.certs.BundleSet;
import io.isthmus.proxy.config.Inbound;
import io.isthmus.proxy.config.MeshConfig;
import io.isthmus.settings.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way: explicit listener, tunnel, inbound listener, application, and back. */
final class SidecarIT {
  private SidecarPair pair;

  @SuppressWarnings("NullAway.Init")
  SidecarIT() {}

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    pair = SidecarPair.start(directory);
  }

  @AfterEach
  void stop() throws IOException {
    pair.close();
  }

  @Test
  void carriesBytesByConnect() throws IOException {
    try (Socket socket = pair.hello()) {
      assertThat(echoed(socket, "ping")).isEqualTo("ping");
    }
  }

  @Test
  void carriesBytesThatCameWithTheConnect() throws IOException {
    try (Socket socket = pair.explicit()) {
      socket
          .getOutputStream()
          .write(SidecarPair.ascii("CONNECT " + SidecarPair.HELLO + " HTTP/1.1\r\n\r\neager"));
      SidecarPair.head(socket.getInputStream());
      assertThat(socket.getInputStream().readNBytes(5)).isEqualTo(SidecarPair.ascii("eager"));
    }
  }

  @Test
  void looksUpNamesThatComeBySocks() throws IOException {
    InetSocketAddress explicit = pair.caller.address(SidecarSettings.EXPLICIT_ADDRESS);
    try (Socket socket = new Socket(new Proxy(Proxy.Type.SOCKS, explicit))) {
      socket.connect(InetSocketAddress.createUnresolved("hello.shop", 80));
      assertThat(echoed(socket, "by socks")).isEqualTo("by socks");
    }
  }

  @Test
  void refusesAnUnknownNameBySocks() throws IOException {
    InetSocketAddress explicit = pair.caller.address(SidecarSettings.EXPLICIT_ADDRESS);
    try (Socket socket = new Socket(new Proxy(Proxy.Type.SOCKS, explicit))) {
      assertThatThrownBy(
              () -> socket.connect(InetSocketAddress.createUnresolved("nobody.shop", 80)))
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("Host unreachable");
    }
  }

  @Test
  void namesWhatIsUnknownAndWhereItLooked() throws IOException {
    assertThat(answer("CONNECT nobody.shop:80 HTTP/1.1\r\n\r\n"))
        .startsWith("HTTP/1.1 404 ")
        .contains("isthmus-reason: unknown_destination")
        .contains("\"nobody.shop:80\" is no Service")
        .contains("namespace shop of cluster west");
  }

  @Test
  void saysThatPlainRequestsNeedConnect() throws IOException {
    assertThat(answer("GET http://hello.shop/ HTTP/1.1\r\nhost: hello.shop\r\n\r\n"))
        .startsWith("HTTP/1.1 405 ")
        .contains("use CONNECT or SOCKS5", "curl: -p");
  }

  @Test
  void refusesAMalformedAuthority() throws IOException {
    assertThat(answer("CONNECT hello.shop HTTP/1.1\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ")
        .contains("expected host:port");
  }

  @Test
  void carriesTheEndOfOneDirectionWhileTheOtherGoesOn() throws IOException {
    try (Socket socket = pair.hello()) {
      byte[] much = new byte[3 << 20];
      Thread.ofVirtual().start(() -> write(socket, much));
      int count = 0;
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[64 * 1024];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        count += n;
      }
      assertThat(count).isEqualTo(much.length);
    }
    assertEnds(pair.callerLog, "closed_by_caller");
    assertEnds(pair.targetLog, "closed_by_caller");
  }

  private static void write(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void carriesAResetOfTheApplication() throws IOException {
    try (Socket socket = pair.hello()) {
      socket.getOutputStream().write('!');
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketException.class)
          .hasMessageContaining("reset");
    }
    assertEnds(pair.callerLog, "reset_by_target");
    assertEnds(pair.targetLog, "reset_by_target");
  }

  @Test
  void carriesAResetOfTheCaller() throws IOException {
    try (Socket socket = pair.hello()) {
      assertThat(echoed(socket, "then")).isEqualTo("then");
      socket.setSoLinger(true, 0);
    }
    assertEnds(pair.callerLog, "reset_by_caller");
    assertEnds(pair.targetLog, "reset_by_caller");
  }

  @Test
  void stopsTheSenderWhenTheReaderStallsAndServesOthers() throws Exception {
    try (Socket stalled = pair.hello()) {
      AtomicInteger sent = new AtomicInteger();
      Thread sender =
          Thread.ofVirtual()
              .start(() -> {
                byte[] chunk = new byte[64 * 1024];
                try {
                  while (sent.get() < 1 << 30) {
                    stalled.getOutputStream().write(chunk);
                    sent.addAndGet(chunk.length);
                  }
                } catch (IOException e) {
                  // the test is over
                }
              });
      AtomicInteger before = new AtomicInteger(-1);
      await()
          .atMost(Duration.ofSeconds(30))
          .pollInterval(Duration.ofMillis(500))
          .until(() -> before.getAndSet(sent.get()) == sent.get());
      assertThat(sent).hasValueLessThan(128 << 20);
      try (Socket other = pair.hello()) {
        assertThat(echoed(other, "not affected")).isEqualTo("not affected");
      }
      stalled.close();
      sender.join();
    }
  }

  @Test
  void opensTenThousandConnectionsWithoutAnError() throws Exception {
    AtomicInteger done = new AtomicInteger();
    try (ExecutorService workers = Executors.newFixedThreadPool(8)) {
      for (int worker = 0; worker < 8; worker++) {
        workers.submit(() -> {
          for (int i = 0; i < 1250; i++) {
            try (Socket socket = pair.hello()) {
              if (echoed(socket, "x").equals("x")) {
                done.incrementAndGet();
              }
            }
          }
          return null;
        });
      }
    }
    assertThat(done).hasValue(10_000);
    assertThat(page(pair.caller, SidecarSettings.METRICS_ADDRESS, "/metrics").body())
        .containsPattern("isthmus_connections_opened_total\\{.*service=\"hello\".*} 10000.0");
  }

  @Test
  void cutsALiveConnectionThatANewConfigurationDenies() throws IOException {
    try (Socket socket = pair.hello()) {
      assertThat(echoed(socket, "still allowed")).isEqualTo("still allowed");
      MeshConfig now = pair.targetConfig.current();
      pair.targetConfig.set(
          new MeshConfig("2", Map.of(), Map.of(), Map.of(), Inbound.NONE, BundleSet.EMPTY));
      assertThat(now.version()).isEqualTo("1");
      assertThatThrownBy(() -> readUntilClosed(socket)).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void logsBothIdentitiesBytesAndDuration() throws IOException {
    try (Socket socket = pair.hello()) {
      assertThat(echoed(socket, "12345")).isEqualTo("12345");
    }
    assertThat(lastLine(pair.callerLog))
        .contains("\"src.identity\":\"spiffe://west.demo/ns/shop/sa/web\"")
        .contains("\"dst.identity\":\"spiffe://west.demo/ns/shop/sa/hello\"")
        .contains("\"dst.service\":\"shop/hello:80\"", "\"protocol\":\"http-connect\"")
        .contains("\"tunnel\":\"hbone\"", "\"bytes.sent\":5,\"bytes.received\":5");
    assertThat(lastLine(pair.targetLog))
        .contains("\"direction\":\"inbound\"")
        .contains("\"src.identity\":\"spiffe://west.demo/ns/shop/sa/web\"")
        .contains("\"src.cluster\":\"west\"");
  }

  @Test
  void isReadyAndShowsItsPages() throws Exception {
    assertThat(page(pair.caller, SidecarSettings.READY_ADDRESS, "/ready").statusCode())
        .isEqualTo(200);
    assertThat(page(pair.caller, SidecarSettings.READY_ADDRESS, "/live").body())
        .isEqualTo("live\n");
    assertThat(page(pair.caller, SidecarSettings.ADMIN_ADDRESS, "/config_dump").body())
        .contains("outbound/shop/hello/80");
    assertThat(page(pair.target, SidecarSettings.METRICS_ADDRESS, "/metrics").body())
        .contains("isthmus_memory_budget_bytes");
  }

  @Test
  void finishesWhatIsInFlightWhenItDrains() throws Exception {
    try (Socket socket = pair.hello()) {
      assertThat(echoed(socket, "before")).isEqualTo("before");
      Thread drain = Thread.ofPlatform().start(pair.target::drain);
      await()
          .until(
              () -> page(pair.target, SidecarSettings.READY_ADDRESS, "/ready").statusCode() == 503);
      assertThat(echoed(socket, "still")).isEqualTo("still");
      socket.shutdownOutput();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      drain.join(Duration.ofSeconds(5));
      assertThat(drain.isAlive()).isFalse();
    }
    assertEnds(pair.targetLog, "closed_by_caller");
  }

  @Test
  void cutsWhatIsStillOpenAtTheEndOfTheDrainPeriod() throws Exception {
    try (Socket socket = pair.hello()) {
      assertThat(echoed(socket, "before")).isEqualTo("before");
      pair.target.drain();
      assertThatThrownBy(() -> readUntilClosed(socket)).isInstanceOf(SocketException.class);
    }
    assertThat(Files.readString(pair.targetLog)).containsAnyOf("\"end\":\"drained\"", "_lost\"");
  }

  private String answer(String request) throws IOException {
    try (Socket socket = pair.explicit()) {
      socket.getOutputStream().write(SidecarPair.ascii(request));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String echoed(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(SidecarPair.ascii(text));
    return new String(socket.getInputStream().readNBytes(text.length()), StandardCharsets.US_ASCII);
  }

  private static void readUntilClosed(Socket socket) throws IOException {
    if (socket.getInputStream().read() < 0) {
      throw new AssertionError("ended in order: expected a reset");
    }
  }

  private static void assertEnds(Path log, String end) {
    await().untilAsserted(() -> assertThat(Files.readString(log)).contains("\"end\":\"" + end));
  }

  private static String lastLine(Path log) {
    await().until(() -> Files.exists(log) && Files.size(log) > 0);
    try {
      return Files.readAllLines(log).getLast();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static HttpResponse<String> page(
      DataPlane sidecar, Setting<InetSocketAddress> endpoint, String path)
      throws IOException, InterruptedException {
    InetSocketAddress address = sidecar.address(endpoint);
    URI uri = URI.create("http://127.0.0.1:" + address.getPort() + path);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
  }
}
