package io.isthmus.control.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.Condition;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.certs.BundleSet;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.certs.issuing.RootAuthority;
import io.isthmus.control.MemoryApi;
import io.isthmus.control.authority.Authority;
import io.isthmus.control.authority.Roles;
import io.isthmus.control.authority.Roots;
import io.isthmus.control.authority.Rotation;
import io.isthmus.control.authority.TestLifetimes;
import io.isthmus.control.federation.Freshness;
import io.isthmus.control.state.ClusterState;
import io.isthmus.control.state.Mesh;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said of ends that come near, against fabric8's in-memory API server. */
final class ExpiryStatusIT {
  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private static final io.isthmus.certs.TrustDomain EAST =
      io.isthmus.certs.TrustDomain.of("east.test");
  private static final Mesh MESH = new Mesh("east", EAST, "cluster.local", "isthmus-system");
  private static final RootAuthority ROOT =
      RootAuthority.create(EAST, TestLifetimes.STANDARD.root(), () -> START);
  private static final Issuer ISSUER =
      Issuer.create(ROOT, TestLifetimes.STANDARD.issuer(), () -> START);
  private static final TrustBundle OWN = ROOT.bundle(1, Duration.ofMinutes(5));
  private static final TrustBundle PEER =
      RootAuthority.create(
              io.isthmus.certs.TrustDomain.of("peer.test"), Duration.ofHours(1_000), () -> START)
          .bundle(1, Duration.ofMinutes(5));

  private final MemoryApi api = new MemoryApi();
  private final KubernetesClient client = api.client();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private Instant now = START;
  private ExpiryReport report = report();

  private ExpiryReport report() {
    return new ExpiryReport(new Events(client, () -> now, metrics), metrics, () -> now);
  }

  @BeforeEach
  void start() {
    create("east", TrustDomainSpec.own("east.test"));
    create("peer", TrustDomainSpec.inline("peer.test", "{}"));
  }

  private void create(String name, TrustDomainSpec spec) {
    TrustDomain domain = new TrustDomain();
    domain.setMetadata(new ObjectMetaBuilder().withName(name).build());
    domain.setSpec(spec);
    client.resource(domain).create();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private void writeAt(Instant time) {
    now = time;
    BundleSet bundles = new BundleSet(Map.of(EAST, OWN, PEER.trustDomain(), PEER));
    report.measure(bundles);
    new TrustDomainStatuses(
            new TrustDomainStatuses.Sources(
                new OwnTrustStatus(
                    () ->
                        new Authority(
                            new Roots(Roles.only(ROOT), ""),
                            Roles.only(ISSUER),
                            Rotation.NONE,
                            OWN,
                            new Authority.Version("1", "1")),
                    List::of,
                    () -> TestLifetimes.MANAGED,
                    Optional::empty),
                new Freshness(),
                report),
            new StatusPatch(client, metrics),
            () -> now)
        .write(
            client.resources(TrustDomain.class).list().getItems(),
            new ClusterState(
                MESH,
                new TreeMap<>(),
                Map.of(),
                ClusterState.Pods.of(List.of()),
                new ClusterState.Trust(new TreeMap<>(), bundles)),
            Map.of());
  }

  private Condition expiring(String domain) {
    TrustDomainStatus status =
        client.resources(TrustDomain.class).withName(domain).get().getStatus();
    return Condition.find(status.conditions(), TrustDomainStatus.EXPIRING).orElseThrow();
  }

  private List<Event> warnings() {
    return client.v1().events().inNamespace("default").list().getItems();
  }

  @Test
  void nothingIsWarnedOfWhenNoEndIsNear() {
    writeAt(START.plus(Duration.ofHours(700)));
    assertThat(expiring("east").status()).isEqualTo(Condition.FALSE);
    assertThat(expiring("peer").status()).isEqualTo(Condition.FALSE);
    assertThat(warnings()).isEmpty();
  }

  @Test
  void peersAnchorIsWarnedOfWithWhereItComesFrom() {
    writeAt(START.plus(Duration.ofHours(801)));
    assertThat(expiring("east").status()).isEqualTo(Condition.FALSE);
    assertThat(expiring("peer").reason()).isEqualTo("BundleAnchorExpiring");
    assertThat(expiring("peer").message())
        .contains("TrustDomain peer, spec.bundle.inline.jwks", "ends at 2026-12-12T16:00:00Z");
  }

  @Test
  void issuerIsWarnedOfOnceADayByHoweverManyReplicas() {
    writeAt(START.plus(Duration.ofHours(6_570)));
    assertThat(expiring("east").reason()).isEqualTo("IssuerExpiring");
    assertThat(expiring("east").message()).contains("ends at 2027-11-01T00:00:00Z");
    report = report(); // another replica
    writeAt(now.plusSeconds(60));
    assertThat(warnings())
        .filteredOn(event -> event.getInvolvedObject().getName().equals("east"))
        .singleElement()
        .satisfies(event -> {
          assertThat(event.getType()).isEqualTo("Warning");
          assertThat(event.getReason()).isEqualTo("IssuerExpiring");
        });
    writeAt(now.plus(Duration.ofDays(1)));
    assertThat(warnings())
        .filteredOn(event -> event.getInvolvedObject().getName().equals("east"))
        .hasSize(2);
  }

  @Test
  void endsOfAllAnchorsAreMetrics() {
    writeAt(START);
    assertThat(
            metrics
                .get("isthmus.trust.anchor.expiry.timestamp.seconds")
                .tag("trust_domain", "east.test")
                .tag("anchor", Fingerprint.of(ROOT.certificate()).substring(0, 16))
                .gauge()
                .value())
        .isEqualTo(ROOT.certificate().getNotAfter().toInstant().getEpochSecond());
  }
}
