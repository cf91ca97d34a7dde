package io.isthmus.cli.gateways;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.isthmus.cli.Typed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of two gateways' metrics, as an API server's proxy of Pods gives them. */
final class SessionsTest {
  private static final String SYSTEM = "/api/v1/namespaces/isthmus-system/pods";
  private static final String METRICS =
      """
      # HELP isthmus_connections_by_anchor open connections
      # TYPE isthmus_connections_by_anchor gauge
      isthmus_connections_by_anchor{anchor="0123456789abcdef",trust_domain="east.demo"} 3.0
      isthmus_connections_by_anchor{anchor="fedcba9876543210",trust_domain="east.demo"} 1.0
      isthmus_connections_by_anchor{anchor="other",trust_domain="north.demo"} 7.0
      isthmus_tunnels{role="server"} 11.0
      """;
  private static final String LINKS =
      """
      {"items":[{"metadata":{"name":"east"},
        "spec":{"cluster":"east","trustDomain":"east.demo","credentials":{"secretRef":{"name":"x"}}}}]}
      """;
  private static final String PODS =
      """
      {"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]}
      """;

  @TempDir Path directory;
  private HttpServer server;
  private Typed typed;
  private int proxyStatus = 200;

  @SuppressWarnings("NullAway.Init")
  SessionsTest() {}

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    Path kubeconfig =
        Files.writeString(
            directory.resolve("config"),
            """
            clusters:
            - {name: west, cluster: {server: "http://127.0.0.1:%d"}}
            contexts:
            - {name: west, context: {cluster: west, user: none}}
            users:
            - {name: none, user: {}}
            current-context: west
            """
                .formatted(server.getAddress().getPort()));
    typed = new Typed("--kubeconfig", kubeconfig.toString(), "gateways");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    boolean isPage = path.matches(SYSTEM + "/[ab]:15020/proxy/metrics");
    String body = path.endsWith("/links") ? LINKS : path.equals(SYSTEM) ? PODS : "{}";
    byte[] bytes = (isPage && proxyStatus == 200 ? METRICS : body).getBytes(UTF_8);
    exchange.sendResponseHeaders(isPage ? proxyStatus : 200, bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  @Test
  void tunnelsOfAPeerAreSummedOverAnchorsAndGateways() {
    typed.assertDone();

    assertThat(typed.out())
        .containsPattern("EXPORTS +SESSIONS +IDENTITY")
        .containsPattern(" 0 +8 ");
    assertThat(typed.err()).isEmpty();
  }

  @Test
  void rightThatIsMissingIsNamed() {
    proxyStatus = 403;

    typed.assertDone();

    assertThat(typed.out()).containsPattern(" 0 +- ");
    assertThat(typed.err())
        .contains("the right to get pods/proxy in the namespace isthmus-system is missing");
    typed.assertDone("-o", "json");
    assertThat(typed.out()).contains("\"cluster\":\"east\"").doesNotContain("sessions");
  }

  @Test
  void metricsAreReadStrictly() {
    assertThat(Sessions.parse(METRICS)).isEqualTo(Map.of("east.demo", 4, "north.demo", 7));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Sessions.parse("isthmus_connections_by_anchor{trust_domain=\"east.demo\"} 3.0"))
        .withMessageContaining("'isthmus_connections_by_anchor{trust_domain=");
  }
}
