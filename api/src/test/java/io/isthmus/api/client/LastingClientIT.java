package io.isthmus.api.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.isthmus.api.testing.ControlPlanePrograms;
import io.isthmus.api.testing.RealApiServer;
import io.isthmus.api.testing.RealApiServerExtension;
import io.isthmus.api.testing.TcpForwarder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Connections to a real API server that the path has forgotten without a word. */
@ExtendWith(RealApiServerExtension.class)
final class LastingClientIT {
  private static final LastingClient.Patience SHORT =
      new LastingClient.Patience(Duration.ofSeconds(1), Duration.ofSeconds(4));
  private static final int SILENT_FOR_SECONDS = 10;

  /** More than a server makes by itself while it starts. */
  private static final int REVISIONS = 300;

  private static Config config(RealApiServer server, TcpForwarder path) {
    return new ConfigBuilder(server.admin().getConfiguration())
        .withMasterUrl("https://127.0.0.1:" + path.port())
        .build();
  }

  private static TcpForwarder path(RealApiServer server) throws IOException {
    return new TcpForwarder(URI.create(server.url()).getPort());
  }

  private static void create(RealApiServer server, String namespace, String name) {
    server
        .admin()
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .endMetadata()
                .build())
        .create();
  }

  private static void assertComes(SharedIndexInformer<ConfigMap> informer, String key) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(informer.getStore().getByKey(key)).as(key).isNotNull());
  }

  @Test
  void watchThatThePathHasForgottenIsOpenedAgain(RealApiServer server) throws IOException {
    String namespace = server.newNamespace("forgotten");
    try (TcpForwarder path = path(server);
        KubernetesClient client = LastingClient.of(config(server, path), SHORT);
        SharedIndexInformer<ConfigMap> informer =
            client.configMaps().inNamespace(namespace).inform()) {
      create(server, namespace, "before");
      assertComes(informer, namespace + "/before");

      path.cut();
      path.mend();
      create(server, namespace, "after");
      assertComes(informer, namespace + "/after");
    }
  }

  @Test
  void answerThatStopsComingIsGivenUp() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/api/v1/namespaces",
        exchange -> {
          exchange.sendResponseHeaders(200, 1_000);
          exchange.getResponseBody().write("{\"kind\":".getBytes(StandardCharsets.UTF_8));
          exchange.getResponseBody().flush();
        });
    server.start();
    try (KubernetesClient client =
        LastingClient.of(
            new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                .withRequestRetryBackoffLimit(0)
                .withRequestTimeout(60_000)
                .build(),
            SHORT)) {
      assertThatThrownBy(() -> client.namespaces().list())
          .hasStackTraceContaining("no more of the answer came for 4 s");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void stateOfBeforeIsSeenWhenEtcdWasRestored() {
    try (RealApiServer server = RealApiServer.start(ControlPlanePrograms.ofEnvironment())) {
      String namespace = server.newNamespace("restored");
      create(server, namespace, "before");
      server.saveStore();
      try (KubernetesClient client =
              LastingClient.of(new ConfigBuilder(server.admin().getConfiguration()).build());
          SharedIndexInformer<ConfigMap> informer =
              client.configMaps().inNamespace(namespace).inform()) {
        for (int i = 0; i < REVISIONS; i++) {
          create(server, namespace, "after-" + i);
        }
        assertComes(informer, namespace + "/after-" + (REVISIONS - 1));

        server.restoreStore();
        await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(() ->
                assertThat(informer.getStore().listKeys())
                    .contains(namespace + "/before")
                    .noneMatch(key -> key.contains("/after-")));
        create(server, namespace, "anew");
        assertComes(informer, namespace + "/anew");
      }
    }
  }

  @Test
  void watchOnWhichNothingHappensStaysOpen(RealApiServer server) throws IOException {
    String namespace = server.newNamespace("quiet");
    try (TcpForwarder path = path(server);
        KubernetesClient client = LastingClient.of(config(server, path), SHORT);
        SharedIndexInformer<ConfigMap> informer =
            client.configMaps().inNamespace(namespace).inform()) {
      await().until(informer::isWatching);
      create(server, namespace, "before");
      assertComes(informer, namespace + "/before");
      int opened = path.opened();
      await()
          .pollDelay(Duration.ofSeconds(SILENT_FOR_SECONDS))
          .atMost(Duration.ofSeconds(SILENT_FOR_SECONDS + 5))
          .untilAsserted(() -> assertThat(path.opened()).isEqualTo(opened));
    }
  }

  @Test
  void requestThatIsNotAnsweredTakesItsConnectionWithIt(RealApiServer server) throws IOException {
    try (TcpForwarder path = path(server);
        KubernetesClient client =
            LastingClient.of(
                new ConfigBuilder(config(server, path)).withRequestTimeout(2_000).build(), SHORT)) {
      assertThat(client.namespaces().withName("default").get()).isNotNull();

      path.cut();
      path.mend();
      await()
          .atMost(Duration.ofSeconds(10))
          .ignoreExceptions()
          .untilAsserted(
              () -> assertThat(client.namespaces().withName("default").get()).isNotNull());
    }
  }
}
