package io.isthmus.cli.check;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What API servers say when a Pod is created, as they say it. */
final class WebhookTryTest {
  private static final String NO_WAY =
      "Internal error occurred: failed calling webhook \"pod.injection.isthmus.io\": connection"
          + " refused";

  private final AtomicReference<URI> asked = new AtomicReference<>();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private Optional<String> answered(int code, String message) {
    byte[] body =
        Serialization.asJson(new StatusBuilder().withCode(code).withMessage(message).build())
            .getBytes(UTF_8);
    server.createContext(
        "/",
        exchange -> {
          asked.set(exchange.getRequestURI());
          exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(code, body.length);
          try (var out = exchange.getResponseBody()) {
            out.write(body);
          }
        });
    Config config =
        new ConfigBuilder(Config.empty())
            .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
            .build();
    try (Calls calls = new Calls(List.of());
        KubernetesClient client = calls.client(config)) {
      return WebhookTry.refusal(client);
    }
  }

  @Test
  void podThatWouldBeCreatedIsNoFinding() {
    assertThat(answered(201, "")).isEmpty();
    assertThat(asked.get()).asString().contains("dryRun=All");
  }

  @Test
  void webhookThatIsNotReachedIsNamedInTheWordsOfTheApiServer() {
    assertThat(answered(500, NO_WAY)).contains(NO_WAY);
  }

  @Test
  void webhookThatDoesNotAnswerIsOneThatIsNotReached() {
    assertThat(answered(504, "Timeout: request did not complete within the allotted timeout"))
        .hasValueSatisfying(why -> assertThat(why).contains("no answer from a webhook"));
  }

  @Test
  void refusalForAnotherReasonIsNoFinding() {
    assertThat(answered(403, "pods \"isthmus-check\" is forbidden: violates PodSecurity"))
        .isEmpty();
  }

  @Test
  void userWhoMayCreateNoPodsCannotTry() {
    assertThatThrownBy(
            () -> answered(403, "User \"x\" cannot create resource \"pods\" in API group \"\""))
        .isInstanceOf(KubernetesClientException.class);
  }
}
