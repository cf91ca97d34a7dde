package io.isthmus.control.federation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.isthmus.api.Condition;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.certs.BundleSet;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.testing.TestCa;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Watches come and go with TrustDomains, and go on by themselves. */
@Timeout(60)
final class FederationIT {
  private static final TestCa PEER = TestCa.create("peer.test");
  private static final TestCa OWN = TestCa.create("own.test");
  private static final TrustBundle SERVED = PEER.root().bundle(3, Duration.ofMinutes(1));

  private final InMemoryApi api = new InMemoryApi();
  private final TestEndpoint endpoint =
      new TestEndpoint(PEER.svid("spire", "server")).serves(SERVED);
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Freshness freshness = new Freshness();
  private final AtomicInteger changes = new AtomicInteger();
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
  private final Federation federation =
      new Federation(
          new Federation.Cluster(api.client(), InMemoryApi.SYSTEM, OWN.trustDomain()),
          new Federation.Reporting(freshness, metrics, changes::incrementAndGet),
          now::get);

  @AfterEach
  void close() {
    federation.close();
    endpoint.close();
    api.close();
  }

  private TrustDomain domain(String name, String trustDomain, String created) {
    TrustDomain domain = new TrustDomain();
    domain.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withUid("uid-" + name)
            .withGeneration(1L)
            .withCreationTimestamp(created)
            .build());
    domain.setSpec(
        TrustDomainSpec.federated(
            trustDomain,
            TrustDomainSpec.Endpoint.spiffe(
                endpoint.url(),
                PEER.id("spire", "server").toString(),
                new String(PEER.bundle().toJwks(), UTF_8))));
    return domain;
  }

  private TrustDomain peer() {
    return domain(InMemoryApi.PEER, "peer.test", "2026-01-01T00:00:00Z");
  }

  private void follow(TrustDomain... domains) {
    federation.follow(List.of(domains), BundleSet.of(OWN.bundle()));
  }

  private void awaitStored() {
    Awaitility.await()
        .untilAsserted(() -> assertThat(api.bundle(PEER.trustDomain())).contains(SERVED));
  }

  private Condition awaitSaid(String reason) {
    Awaitility.await()
        .untilAsserted(() ->
            assertThat(freshness.unsaid(InMemoryApi.PEER).map(Condition::reason)).contains(reason));
    return freshness.unsaid(InMemoryApi.PEER).orElseThrow();
  }

  private double age() {
    return metrics
        .get("isthmus.bundle.age.seconds")
        .tag("trust_domain", "peer.test")
        .gauge()
        .value();
  }

  @Test
  void endpointIsFetchedStoredAndSaidToBeFresh() {
    follow(peer());
    awaitStored();
    Condition said = awaitSaid("Fetched");
    assertThat(said.status()).isEqualTo("True");
    assertThat(changes).hasValueGreaterThan(0);
  }

  @Test
  void endpointThatComesBackIsFetchedWithoutAnybodysDoing() {
    endpoint.goAway();
    follow(peer());
    awaitSaid("Unreachable");
    assertThat(
            metrics
                .counter(
                    "isthmus.bundle.fetches", "trust_domain", "peer.test", "result", "Unreachable")
                .count())
        .isPositive();
    endpoint.comeBack();
    awaitStored();
    awaitSaid("Fetched");
  }

  @Test
  void ageGrowsWithTheClockAndEndsWithTheTrustDomain() {
    follow(peer());
    awaitSaid("Fetched");
    now.updateAndGet(was -> was.plusSeconds(1000));
    assertThat(age()).isEqualTo(1000);
    follow();
    assertThat(metrics.find("isthmus.bundle.age.seconds").gauge()).isNull();
    assertThat(freshness.unsaid(InMemoryApi.PEER)).isEmpty();
  }

  @Test
  void otherEndpointIsLookedAtAtOnce() {
    TrustDomain elsewhere = peer();
    elsewhere.setSpec(
        TrustDomainSpec.federated(
            "peer.test",
            TrustDomainSpec.Endpoint.spiffe(
                "https://127.0.0.1:1/", PEER.id("spire", "server").toString(), "{\"keys\":[]}")));
    follow(peer());
    awaitSaid("Fetched");
    follow(elsewhere); // within the minute that the first one asks for
    awaitSaid("FetchFailing");
  }

  @Test
  void youngerTrustDomainOfTheSameNameIsNotAsked() {
    follow(domain("second", "peer.test", "2026-02-01T00:00:00Z"), peer());
    awaitStored();
    assertThat(
            api.client()
                .configMaps()
                .inNamespace(InMemoryApi.SYSTEM)
                .withName("isthmus-federated-bundle-second")
                .get())
        .isNull();
    assertThat(freshness.unsaid("second")).isEmpty();
  }

  @Test
  void ownTrustDomainIsNeverFetched() {
    follow(domain("own", "own.test", "2026-01-01T00:00:00Z"), peer());
    awaitStored();
    assertThat(freshness.unsaid("own")).isEmpty();
  }
}
