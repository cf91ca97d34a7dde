package io.isthmus.cli.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ConfigMapList;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.NonNamespaceOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedApiIT {
  @TempDir Path state;
  private volatile Instant now = Instant.parse("2026-03-01T12:00:00Z");
  private EmbeddedApiServer server;
  private KubernetesClient client;

  @BeforeEach
  void start() throws IOException {
    server = EmbeddedApiServer.start(loopback(0), state, () -> now);
    client = clientOf(server);
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName("shop").endMetadata().build())
        .create();
    client
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName("web")
                .withNamespace("shop")
                .endMetadata()
                .build())
        .create();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @Test
  void reviewsTheTokenItIssued() {
    TokenReviewStatus status = review(token("isthmus"), "isthmus");

    assertThat(status.getAuthenticated()).isTrue();
    assertThat(status.getUser().getUsername()).isEqualTo("system:serviceaccount:shop:web");
    assertThat(status.getUser().getGroups()).contains("system:serviceaccounts:shop");
    assertThat(status.getAudiences()).containsExactly("isthmus");
  }

  @Test
  void refusesATokenForAnotherAudience() {
    TokenReviewStatus status = review(token("somebody-else"), "isthmus");

    assertThat(status.getAuthenticated()).isFalse();
    assertThat(status.getError()).contains("somebody-else").contains("isthmus");
  }

  @Test
  void refusesAnExpiredToken() {
    String token = token("isthmus");
    now = now.plus(Duration.ofHours(1));

    TokenReviewStatus status = review(token, "isthmus");

    assertThat(status.getAuthenticated()).isFalse();
    assertThat(status.getError()).contains("expired at 2026-03-01T13:00:00Z");
  }

  @Test
  void refusesATokenWhoseClaimsWereChanged() {
    String[] parts = token("isthmus").split("\\.");
    String[] other = token("somebody-else").split("\\.");

    TokenReviewStatus status = review(parts[0] + "." + parts[1] + "." + other[2], "isthmus");

    assertThat(status.getAuthenticated()).isFalse();
    assertThat(status.getError()).contains("signature");
  }

  @Test
  void refusesTheTokenOfADeletedServiceAccount() {
    String token = token("isthmus");
    client.serviceAccounts().inNamespace("shop").withName("web").delete();

    assertThat(review(token, "isthmus").getAuthenticated()).isFalse();
  }

  @Test
  void refusesToIssueForAnUnknownServiceAccount() {
    assertThatThrownBy(() ->
            client
                .serviceAccounts()
                .inNamespace("shop")
                .withName("nobody")
                .tokenRequest(request("isthmus")))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("serviceaccounts \"nobody\" not found");
  }

  @Test
  void givesAServiceAnAddressThatSurvivesUpdates() {
    Service created = client.resource(service("hello")).create();

    Service updated =
        client
            .resource(
                new ServiceBuilder(service("hello"))
                    .editMetadata()
                    .addToLabels("a", "b")
                    .endMetadata()
                    .build())
            .update();

    assertThat(created.getSpec().getClusterIP()).startsWith("10.96.");
    assertThat(updated.getSpec().getClusterIP()).isEqualTo(created.getSpec().getClusterIP());
    assertThat(updated.getSpec().getPorts().getFirst().getTargetPort().getIntVal()).isEqualTo(80);
  }

  @Test
  void refusesAnObjectInANamespaceThatDoesNotExist() {
    Service stray =
        new ServiceBuilder(service("hello"))
            .editMetadata()
            .withNamespace("none")
            .endMetadata()
            .build();

    assertThatThrownBy(() -> client.resource(stray).create())
        .hasMessageContaining("namespaces \"none\" not found");
  }

  @Test
  void comesBackWithEverythingAfterARestart() throws IOException {
    Service kept = client.resource(service("kept")).create();
    client.resource(service("gone")).create();
    client.resource(service("gone")).delete();
    String token = token("isthmus");
    client.close();
    server.close();

    server = EmbeddedApiServer.start(loopback(0), state, () -> now);
    client = clientOf(server);

    assertThat(client.resource(kept).get()).isEqualTo(kept);
    assertThat(client.resource(service("gone")).get()).isNull();
    assertThat(client.services().inAnyNamespace().list().getItems()).hasSize(1);
    assertThat(review(token, "isthmus").getAuthenticated()).isTrue();
    Service next = client.resource(service("next")).create();
    assertThat(Long.parseLong(next.getMetadata().getResourceVersion()))
        .isGreaterThan(Long.parseLong(kept.getMetadata().getResourceVersion()));
    assertThat(next.getSpec().getClusterIP()).isNotEqualTo(kept.getSpec().getClusterIP());
  }

  @Test
  void refusesAPatchWhoseTestFails() {
    Resource<ServiceAccount> web = client.serviceAccounts().inNamespace("shop").withName("web");
    String older =
        "[{\"op\": \"test\", \"path\": \"/metadata/resourceVersion\", \"value\": \"0\"}]";
    assertThatThrownBy(() -> web.patch(PatchContext.of(PatchType.JSON), older))
        .isInstanceOfSatisfying(
            KubernetesClientException.class, e -> assertThat(e.getCode()).isEqualTo(422));
  }

  @Test
  void tellsAWatcherOfEveryWriteWhileOtherWatchesEnd() throws InterruptedException {
    int writes = 600;
    Set<String> seen = ConcurrentHashMap.newKeySet();
    AtomicBoolean writing = new AtomicBoolean(true);
    Thread others =
        Thread.ofPlatform()
            .start(() -> {
              while (writing.get()) {
                configMaps().watch(watcher(_ -> {})).close();
              }
            });
    try (Watch _ = configMaps().watch(watcher(map -> seen.add(map.getMetadata().getName())))) {
      for (int i = 0; i < writes; i++) {
        client
            .resource(
                new ConfigMapBuilder()
                    .withNewMetadata()
                    .withName("map-" + i)
                    .withNamespace("shop")
                    .endMetadata()
                    .build())
            .create();
      }
      await().untilAsserted(() -> assertThat(seen).hasSize(writes));
    } finally {
      writing.set(false);
      others.join();
    }
  }

  private NonNamespaceOperation<ConfigMap, ConfigMapList, Resource<ConfigMap>> configMaps() {
    return client.configMaps().inNamespace("shop");
  }

  private static Watcher<ConfigMap> watcher(Consumer<ConfigMap> seen) {
    return new Watcher<>() {
      @Override
      public void eventReceived(Action action, ConfigMap map) {
        seen.accept(map);
      }

      @Override
      public void onClose(WatcherException cause) {}
    };
  }

  @Test
  void tellsWatchersOfObjectsThatMatchTheirSelector() {
    try (SharedIndexInformer<Service> informer =
        client
            .services()
            .inAnyNamespace()
            .withLabel("mirror.isthmus.io/exported", "true")
            .inform()) {
      Service hello = client.resource(service("hello")).create();
      client
          .resource(
              new ServiceBuilder(hello)
                  .editMetadata()
                  .addToLabels(Map.of("mirror.isthmus.io/exported", "true"))
                  .endMetadata()
                  .build())
          .update();
      await().untilAsserted(() -> assertThat(informer.getStore().list()).hasSize(1));

      Service exported = client.resource(hello).get();
      exported.getMetadata().getLabels().clear();
      client.resource(exported).update();
      await().untilAsserted(() -> assertThat(informer.getStore().list()).isEmpty());
    }
  }

  private String token(String audience) {
    return client
        .serviceAccounts()
        .inNamespace("shop")
        .withName("web")
        .tokenRequest(request(audience))
        .getStatus()
        .getToken();
  }

  private static TokenRequest request(String audience) {
    return new TokenRequestBuilder()
        .withNewSpec()
        .withAudiences(audience)
        .withExpirationSeconds(3600L)
        .endSpec()
        .build();
  }

  private TokenReviewStatus review(String token, String audience) {
    TokenReview review =
        new TokenReviewBuilder()
            .withNewSpec()
            .withToken(token)
            .withAudiences(audience)
            .endSpec()
            .build();
    return client.tokenReviews().create(review).getStatus();
  }

  private static Service service(String name) {
    return new ServiceBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("shop")
        .endMetadata()
        .withNewSpec()
        .addNewPort()
        .withName("http")
        .withPort(80)
        .endPort()
        .endSpec()
        .build();
  }

  private static KubernetesClient clientOf(EmbeddedApiServer server) {
    return new KubernetesClientBuilder()
        .withConfig(new ConfigBuilder(Config.empty()).withMasterUrl(server.url()).build())
        .build();
  }

  private static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }
}
