package io.isthmus.control.federation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isthmus.certs.Pem;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.control.identity.ServerIdentity;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The own bundle on a real port: what it says, and what strangers cannot do to it. */
@Timeout(60)
final class BundleServerIT {
  private static final TestCa EAST = TestCa.create("east.test");
  private static final BundleServer.Limits USUAL =
      new BundleServer.Limits(64, Duration.ofSeconds(30), Duration.ofSeconds(30));

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final ServerIdentity identity =
      new ServerIdentity(
          EAST::issuer,
          new ServerIdentity.Name(EAST.id("isthmus-system", "isthmus-control"), List.of()),
          () -> Duration.ofHours(24),
          Instant::now);
  private volatile TrustBundle bundle = EAST.root().bundle(5, Duration.ofSeconds(90));
  private BundleServer server = open(USUAL);

  private BundleServer open(BundleServer.Limits limits) {
    try {
      return new BundleServer(
          new InetSocketAddress("127.0.0.1", 0),
          new BundleServer.Served(identity, () -> bundle),
          metrics,
          limits);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void with(BundleServer.Limits limits) {
    server.close();
    server = open(limits);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private SSLSocket connect(String... protocols) throws Exception {
    X509ExtendedTrustManager trust =
        ServerTrust.spiffe(
            EAST.id("isthmus-system", "isthmus-control"), EAST.bundle(), Instant::now);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {trust}, null);
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server.port());
    if (protocols.length > 0) {
      socket.setEnabledProtocols(protocols);
    }
    socket.startHandshake();
    return socket;
  }

  private String ask(String request) throws Exception {
    try (SSLSocket socket = connect()) {
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  private static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\nHost: east.test\r\n\r\n";
  }

  private static String body(String answer) {
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "https://east.test/", "https://east.test"})
  void rootIsTheBundleWithSequenceAndRefreshHint(String target) throws Exception {
    String answer = ask(get(target));
    assertThat(answer)
        .startsWith("HTTP/1.1 200 OK\r\n")
        .containsIgnoringCase("content-type: application/json\r\n")
        .containsIgnoringCase("cache-control: no-cache\r\n")
        .contains("\"spiffe_sequence\":5", "\"spiffe_refresh_hint\":90");
    assertThat(TrustBundle.parseJwks(EAST.trustDomain(), body(answer).getBytes(UTF_8)))
        .isEqualTo(bundle);
  }

  @Test
  void nextRequestGetsTheNextBundle() throws Exception {
    ask(get("/"));
    bundle = EAST.root().bundle(6, Duration.ofSeconds(90));
    assertThat(ask(get("/"))).contains("\"spiffe_sequence\":6");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /bundle HTTP/1.1|404",
        "GET /?a HTTP/1.1|404",
        "GET //east.test HTTP/1.1|404",
        "GET https://east.test/bundle HTTP/1.1|404",
        "POST / HTTP/1.1|405",
        "HEAD / HTTP/1.1|405",
        "OPTIONS * HTTP/1.1|404",
        "nonsense|400"
      })
  void everythingElseIsRefused(String line, String status) throws Exception {
    assertThat(ask(line + "\r\nHost: east.test\r\n\r\n")).startsWith("HTTP/1.1 " + status + " ");
  }

  @Test
  void methodThatIsAllowedIsNamed() throws Exception {
    assertThat(ask("PUT / HTTP/1.1\r\nHost: east.test\r\n\r\n"))
        .containsIgnoringCase("\r\nallow: GET\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 5", "Transfer-Encoding: chunked"})
  void requestWithABodyIsRefusedBeforeTheBodyCame(String header) throws Exception {
    assertThat(ask("GET / HTTP/1.1\r\nHost: east.test\r\n" + header + "\r\n\r\n"))
        .startsWith("HTTP/1.1 413 ");
  }

  @Test
  void longLinesAndHeadersAreRefused() throws Exception {
    assertThat(ask(get("/" + "a".repeat(2000)))).startsWith("HTTP/1.1 414 ");
    assertThat(ask("GET / HTTP/1.1\r\nHost: east.test\r\nX: " + "a".repeat(9000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 431 ");
  }

  @Test
  void connectionEndsAfterOneAnswer() throws Exception {
    assertThat(ask(get("/") + get("/")).split("HTTP/1.1 200", -1)).hasSize(2);
  }

  @Test
  void olderTlsIsRefused() {
    assertThatThrownBy(() -> connect("TLSv1.2")).isInstanceOf(SSLHandshakeException.class);
  }

  @Test
  void clientThatNeverFinishesItsRequestIsCutOff() throws Exception {
    with(new BundleServer.Limits(64, Duration.ofMillis(500), Duration.ofSeconds(30)));
    try (SSLSocket slow = connect()) {
      slow.getOutputStream().write("GET / HT".getBytes(ISO_8859_1));
      slow.getOutputStream().flush();
      assertThat(slow.getInputStream().readAllBytes()).isEmpty();
    }
  }

  @Test
  void clientThatNeverShakesHandsIsCutOff() throws Exception {
    with(new BundleServer.Limits(64, Duration.ofSeconds(30), Duration.ofMillis(500)));
    try (Socket silent = new Socket("127.0.0.1", server.port())) {
      silent.getInputStream().readAllBytes(); // returns once the server has ended it
    }
  }

  @Test
  void slowClientsCannotKeepAnHonestOneOut() throws Exception {
    with(new BundleServer.Limits(8, Duration.ofSeconds(30), Duration.ofSeconds(30)));
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        slow.add(new Socket("127.0.0.1", server.port()));
      }
      assertThat(ask(get("/"))).startsWith("HTTP/1.1 200 OK");
      assertThat(slow.getFirst().getInputStream().read()).isEqualTo(-1); // the oldest has gone
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void answersAreCountedByStatus() throws Exception {
    ask(get("/"));
    ask(get("/other"));
    assertThat(metrics.counter("isthmus.bundle.requests", "status", "200").count()).isEqualTo(1);
    assertThat(metrics.counter("isthmus.bundle.requests", "status", "404").count()).isEqualTo(1);
  }

  @Test
  void addressThatIsTakenIsNamed() {
    InetSocketAddress taken = new InetSocketAddress("127.0.0.1", server.port());
    assertThatThrownBy(
            () -> new BundleServer(taken, new BundleServer.Served(identity, () -> bundle), metrics))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("127.0.0.1:" + server.port());
  }

  /** Another implementation of TLS and HTTP, given nothing but the root. */
  @Test
  void curlVerifiesTheChainAndGetsTheBundle(@TempDir Path dir) throws Exception {
    Path root = Files.writeString(dir.resolve("root.pem"), Pem.encode(EAST.root().certificate()));
    Process openssl =
        new ProcessBuilder(
                "openssl",
                "s_client",
                "-connect",
                "127.0.0.1:" + server.port(),
                "-CAfile",
                root.toString(),
                "-verify_return_error",
                "-tls1_3")
            .redirectErrorStream(true)
            .start();
    openssl.getOutputStream().close();
    String shown = new String(openssl.getInputStream().readAllBytes(), UTF_8);
    assertThat(openssl.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(shown).contains("Verify return code: 0 (ok)");
    Process curl =
        new ProcessBuilder(
                "curl", "--silent", "--insecure", "https://127.0.0.1:" + server.port() + "/")
            .start();
    String got = new String(curl.getInputStream().readAllBytes(), UTF_8);
    assertThat(curl.waitFor()).isZero();
    assertThat(got).isEqualTo(new String(bundle.toJwks(), UTF_8));
  }
}
