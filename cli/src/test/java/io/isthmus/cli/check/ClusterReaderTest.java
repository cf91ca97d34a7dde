package io.isthmus.cli.check;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which requests an API server gets. */
final class ClusterReaderTest {
  private static final String TRIED = "POST /api/v1/namespaces/default/pods";

  private final Queue<String> asked = new ConcurrentLinkedQueue<>();
  private String version = "{\"gitVersion\":\"v1.34.1\"}";
  private String namespaces = namespace("");
  private HttpServer server;

  @SuppressWarnings("NullAway.Init")
  ClusterReaderTest() {}

  private static String namespace(String annotations) {
    return "{\"items\":[{\"metadata\":{\"name\":\"shop\",\"annotations\":{%s}}}]}"
        .formatted(annotations);
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    asked.add(exchange.getRequestMethod() + " " + path);
    exchange.getRequestBody().readAllBytes();
    String body =
        switch (path) {
          case "/version" -> version;
          case "/api/v1/namespaces" -> namespaces;
          default -> "{}";
        };
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(body.isEmpty() ? 503 : 200, bytes.length == 0 ? -1 : bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private ClusterFacts read() {
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
            .build();
    try (Calls calls = new Calls(ClusterReader.KINDS);
        KubernetesClient client = calls.client(config)) {
      return new ClusterReader(client, "isthmus-system", ServerCalls.open(client, calls))
          .read("west", "context west");
    }
  }

  @Test
  void webhookIsTriedWhereANamespaceAsksForSidecars() {
    namespaces = namespace("\"isthmus.io/inject\":\"enabled\"");

    assertThat(read().install().refusal().value()).isPresent();

    assertThat(asked).contains(TRIED);
  }

  @Test
  void webhookIsNotTriedWhereNobodyAsksForIt() {
    assertThat(read().install().refusal().value()).isPresent();

    assertThat(asked).contains("GET /api/v1/namespaces").doesNotContain(TRIED);
  }

  @Test
  void whoDoesNotTellItsVersionIsAskedNothingElse() {
    version = "";

    ClusterFacts facts = read();

    assertThat(facts.isReached()).isFalse();
    assertThat(facts.mesh().links().value()).isEmpty();
    assertThat(asked).containsExactly("GET /version");
  }
}
