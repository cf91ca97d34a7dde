package io.isthmus.mirror.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.http.RecordedRequest;
import io.isthmus.api.Labels;
import io.isthmus.api.link.LinkSpec;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.api.trust.TrustEnforcement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RenewedConnectionIT {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final PeerConnection.Wanted WANTED =
      new PeerConnection.Wanted(LinkSpec.to("east", "east.example", "link-east"), "west.example");

  private final KubernetesMockServer east =
      new KubernetesMockServer(
          new Context(),
          new MockWebServer(),
          new HashMap<>(),
          new KubernetesCrudDispatcher(),
          false);
  private final List<KubernetesClient> clients = new ArrayList<>();
  private final AtomicInteger changes = new AtomicInteger();

  @BeforeEach
  void startEast() {
    east.init();
    export("hello");
    enforce();
  }

  @AfterEach
  void stopEast() {
    east.destroy();
  }

  private void export(String name) {
    east.createClient()
        .resource(
            new ServiceBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .addToLabels(Labels.EXPORTED, "true")
                .endMetadata()
                .build())
        .create();
  }

  /** What east says of the trust domain that asks. */
  private void enforce() {
    TrustDomain domain = new TrustDomain();
    domain.setMetadata(new ObjectMetaBuilder().withName("west").build());
    domain.setSpec(TrustDomainSpec.linked("west.example", "west"));
    TrustDomain stored = east.createClient().resource(domain).create();
    stored.setStatus(
        new TrustDomainStatus(
            null, null, List.of(), null, null, List.of(), new TrustEnforcement(Map.of())));
    east.createClient().resource(stored).updateStatus();
  }

  private static void assertAllIsServed(RenewedConnection connection) {
    assertThat(connection.isConnected()).isTrue();
    PeerLists lists = connection.lists().orElseThrow();
    assertThat(lists.services()).hasSize(1);
    assertThat(lists.enforcement()).isPresent();
  }

  private RenewedConnection connect() {
    return new RenewedConnection(
        () -> {
          clients.add(east.createClient());
          return new PeerConnection(clients.getLast(), WANTED, changes::incrementAndGet);
        },
        changes::incrementAndGet,
        START);
  }

  private static void awaitConnected(RenewedConnection connection) {
    await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptions()
        .untilAsserted(() -> assertAllIsServed(connection));
  }

  @Test
  void isReplacedAfterAQuarterOfAnHourAndServesUntilThen() {
    try (RenewedConnection connection = connect()) {
      awaitConnected(connection);
      connection.tick(START.plus(RenewedConnection.LIFE).minusSeconds(1));
      assertThat(clients).hasSize(1);

      Instant old = START.plus(RenewedConnection.LIFE);
      connection.tick(old);
      assertThat(clients).hasSize(2);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> {
            assertAllIsServed(connection);
            connection.tick(old.plusSeconds(1));
            return clients.getFirst().getHttpClient().isClosed();
          });
      assertAllIsServed(connection);
      assertThat(clients).hasSize(2);

      connection.tick(old.plus(RenewedConnection.LIFE).minusSeconds(1));
      assertThat(clients).hasSize(2);
      connection.tick(old.plus(RenewedConnection.LIFE));
      assertThat(clients).hasSize(3);
    }
    assertThat(clients).allMatch(client -> client.getHttpClient().isClosed());
  }

  @Test
  void clockThatIsSetBackStopsNeitherBeatsNorRenewal() {
    try (RenewedConnection connection = connect()) {
      awaitConnected(connection);
      awaitBeat(connection, START);
      awaitBeat(connection, START.minus(Duration.ofMinutes(10)));
      assertThat(clients).hasSize(1);

      connection.tick(START.minus(RenewedConnection.LIFE));
      assertThat(clients).hasSize(2);
    }
  }

  private void awaitBeat(RenewedConnection connection, Instant now) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> {
          connection.tick(now);
          RecordedRequest request = east.takeRequest(50, TimeUnit.MILLISECONDS);
          return request != null && request.getPath().equals("/version");
        });
  }

  @Test
  void missedBeatEndsBeingConnectedAndNothingIsOpenedWhileNobodyAnswers() {
    try (RenewedConnection connection = connect()) {
      awaitConnected(connection);
      east.shutdown();

      int before = changes.get();
      connection.tick(START.plus(Heartbeat.PERIOD));
      await().atMost(Duration.ofSeconds(20)).until(() -> !connection.isConnected());
      await().atMost(Duration.ofSeconds(5)).until(() -> changes.get() > before);
      assertThat(connection.lastFailure()).isPresent();
      assertThat(connection.isRefused()).isFalse();
      assertThat(connection.lists().orElseThrow().services()).hasSize(1);
      connection.tick(START.plus(RenewedConnection.LIFE));
      assertThat(clients).hasSize(1);
    }
  }
}
