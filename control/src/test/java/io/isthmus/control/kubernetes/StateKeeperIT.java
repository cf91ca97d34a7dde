package io.isthmus.control.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.control.MemoryApi;
import io.isthmus.control.federation.Freshness;
import io.isthmus.control.state.ClusterState;
import io.isthmus.control.state.Mesh;
import io.isthmus.control.state.ServiceKey;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against fabric8's in-memory API server, with a thread of writes that hangs. */
final class StateKeeperIT {
  private static final TestCa EAST = TestCa.create("east.test");

  private final MemoryApi api = new MemoryApi();
  private final KubernetesClient client = api.client();
  private final ScheduledExecutorService states = Executors.newSingleThreadScheduledExecutor();
  private final Queue<Runnable> hanging = new ConcurrentLinkedQueue<>();
  private final AtomicReference<ClusterState> last = new AtomicReference<>();
  private final AtomicReference<Runnable> onChange = new AtomicReference<>(() -> {});
  private final ClusterInformers informers =
      new ClusterInformers(client, "isthmus-system", () -> onChange.getAcquire().run());
  private final StateKeeper keeper =
      new StateKeeper(
          new StateKeeper.Cluster(
              client,
              new Mesh("east", EAST.trustDomain(), "cluster.local", "isthmus-system"),
              SteadyTrust.of(EAST, Optional.empty()),
              new Freshness()),
          new StateKeeper.Threads(states, hanging::add),
          new SimpleMeterRegistry(),
          InstantSource.system());

  @AfterEach
  void stop() {
    states.shutdownNow();
    informers.close();
    api.close();
  }

  @Test
  void apiServerThatHangsDelaysNoStateAndIsAskedOnceWhenItIsBack() {
    Awaitility.await().until(informers::hasSynced);
    onChange.set(() -> keeper.changed(informers, last::set));
    client.resource(peer()).create();
    for (String name : List.of("one", "two", "three")) {
      client
          .resource(
              new ServiceBuilder()
                  .withMetadata(
                      new ObjectMetaBuilder().withNamespace("shop").withName(name).build())
                  .withNewSpec()
                  .withClusterIP("10.0.0." + name.length())
                  .endSpec()
                  .build())
          .create();
      Awaitility.await()
          .untilAsserted(() ->
              assertThat(last.getAcquire())
                  .isNotNull()
                  .satisfies(state -> assertThat(state.services()).containsKey(key(name))));
    }
    assertThat(hanging).hasSize(1);
    assertThat(status()).isNull();

    hanging.remove().run();
    assertThat(status()).as("of the last state").isEqualTo("True");
  }

  private static ServiceKey key(String name) {
    return new ServiceKey("shop", name);
  }

  private static TrustDomain peer() {
    TrustDomain domain = new TrustDomain();
    domain.setMetadata(new ObjectMetaBuilder().withName("peer").build());
    domain.setSpec(
        TrustDomainSpec.inline(
            "peer.test", new String(TestCa.create("peer.test").bundle().toJwks(), UTF_8)));
    return domain;
  }

  private @Nullable String status() {
    TrustDomain stored = client.resources(TrustDomain.class).withName("peer").get();
    return stored.getStatus() == null ? null : stored.getStatus().conditions().getFirst().status();
  }
}
