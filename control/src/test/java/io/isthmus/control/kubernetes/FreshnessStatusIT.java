package io.isthmus.control.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.Condition;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.certs.BundleSet;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.control.MemoryApi;
import io.isthmus.control.federation.Federation;
import io.isthmus.control.federation.Freshness;
import io.isthmus.control.state.ClusterState;
import io.isthmus.control.state.Mesh;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said of an endpoint on its TrustDomain, against fabric8's in-memory API server. */
final class FreshnessStatusIT {
  private static final TestCa EAST = TestCa.create("east.test");
  private static final Mesh MESH =
      new Mesh("east", EAST.trustDomain(), "cluster.local", "isthmus-system");

  private final MemoryApi api = new MemoryApi();
  private final KubernetesClient client = api.client();
  private final Freshness freshness = new Freshness();

  @BeforeEach
  void start() {
    TrustDomain domain = new TrustDomain();
    domain.setMetadata(new ObjectMetaBuilder().withName("peer").build());
    domain.setSpec(
        TrustDomainSpec.federated(
            "peer.test",
            TrustDomainSpec.Endpoint.spiffe(
                "https://127.0.0.1:1/",
                "spiffe://peer.test/server",
                new String(TestCa.create("peer.test").bundle().toJwks(), UTF_8))));
    client.resource(domain).create();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private TrustDomain stored() {
    return client.resources(TrustDomain.class).withName("peer").get();
  }

  private Optional<Condition> said() {
    TrustDomainStatus status = stored().getStatus();
    return status == null
        ? Optional.empty()
        : Condition.find(status.conditions(), TrustDomainStatus.BUNDLE_FRESH);
  }

  private void write(Freshness found) {
    new TrustDomainStatuses(
            new TrustDomainStatuses.Sources(
                SteadyTrust.of(EAST, Optional.empty()),
                found,
                new ExpiryReport(
                    new Events(client, Instant::now, new SimpleMeterRegistry()),
                    new SimpleMeterRegistry(),
                    Instant::now)),
            new StatusPatch(client, new SimpleMeterRegistry()),
            Instant::now)
        .write(
            List.of(stored()),
            new ClusterState(
                MESH,
                new TreeMap<>(),
                Map.of(),
                ClusterState.Pods.of(List.of()),
                new ClusterState.Trust(new TreeMap<>(), BundleSet.of(EAST.bundle()))),
            Map.of());
  }

  /** Nobody listens on port 1. */
  private void lookOnce() {
    try (Federation federation =
        new Federation(
            new Federation.Cluster(client, "isthmus-system", EAST.trustDomain()),
            new Federation.Reporting(freshness, new SimpleMeterRegistry(), () -> {}),
            Instant::now)) {
      federation.follow(List.of(stored()), BundleSet.EMPTY);
      Awaitility.await().untilAsserted(() -> assertThat(freshness.unsaid("peer")).isPresent());
      write(freshness);
    }
  }

  @Test
  void findingIsWrittenAndThenNoMoreToBeSaid() {
    lookOnce();
    assertThat(said().map(Condition::reason)).contains("Unreachable");
    assertThat(said().map(Condition::lastTransitionTime)).isPresent();
    assertThat(freshness.unsaid("peer")).isEmpty();
  }

  @Test
  void replicaWithNothingNewToSayLeavesWhatIsSaid() {
    lookOnce();
    String version = stored().getMetadata().getResourceVersion();
    write(new Freshness());
    assertThat(said().map(Condition::reason)).contains("Unreachable");
    assertThat(stored().getMetadata().getResourceVersion()).isEqualTo(version);
  }

  @Test
  void nothingIsSaidOfATrustDomainThatIsFetchedNoMore() {
    lookOnce();
    TrustDomain linked = stored();
    linked.setSpec(TrustDomainSpec.linked("peer.test", "peer"));
    client.resource(linked).update();
    write(freshness);
    assertThat(said()).isEmpty();
  }
}
