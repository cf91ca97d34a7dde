package io.isthmus.control.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.testing.RealApiServer;
import io.isthmus.api.testing.RealApiServerExtension;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustEnforcement;
import io.isthmus.api.trust.TrustEnforcement.Reporter;
import io.isthmus.control.enforcement.EnforcementPublisher;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a replica wrote stays, while it may serve its proxies still; on a real API server. */
@ExtendWith(RealApiServerExtension.class)
final class SilentReplicaIT {
  private static final io.isthmus.certs.TrustDomain DOMAIN =
      io.isthmus.certs.TrustDomain.of("silent.test");
  private static final String OTHER = "control-other";
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final KubernetesClient client;
  private final String system;
  private final ClusterInformers informers;
  private Instant now = Instant.parse("2030-01-01T00:00:00Z");

  SilentReplicaIT(RealApiServer api) {
    client = api.admin();
    system = api.newNamespace("silent");
    TrustDomain own = new TrustDomain();
    own.setMetadata(new ObjectMetaBuilder().withName(system).build());
    own.setSpec(TrustDomainSpec.own(DOMAIN.name()));
    client.resource(own).create();
    informers = new ClusterInformers(client, system, () -> {});
    Awaitility.await().until(informers::hasSynced);
  }

  @AfterEach
  void close() {
    informers.close();
    client.resources(TrustDomain.class).withName(system).delete();
  }

  private EnforcementStatuses replica(String name) {
    return new EnforcementStatuses(
        new EnforcementStatuses.Place(client, system, name),
        informers,
        new SimpleMeterRegistry(),
        () -> now);
  }

  private Pod pod(String name) {
    return client
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withNamespace(system)
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("control")
                .withImage("registry.local/control:1")
                .endContainer()
                .endSpec()
                .build())
        .create();
  }

  private void write(EnforcementStatuses statuses) {
    Awaitility.await().until(() -> statuses.write(DOMAIN, report()));
    // the next write is decided on what the watch has brought
    Awaitility.await()
        .until(() ->
            informers.trustDomains().stream()
                .filter(it -> it.getMetadata().getName().equals(system))
                .anyMatch(it ->
                    it.getStatus() != null
                        && Objects.equals(it.getStatus().enforcement(), enforcement())));
  }

  private Reporter report() {
    return new Reporter(
        1,
        "sha256:ab",
        2,
        2,
        0,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        0,
        now.toString());
  }

  private TrustEnforcement enforcement() {
    return Objects.requireNonNull(
        client.resources(TrustDomain.class).withName(system).get().getStatus().enforcement());
  }

  private Map<String, Reporter> written() {
    return enforcement().reporters();
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  @Test
  void entryOfASilentReplicaGoesAMinuteAfterItsPod() {
    pod("control-own");
    Pod other = pod(OTHER);
    Awaitility.await().until(() -> informers.podsOf(system).size() == 2);
    write(replica(OTHER));
    EnforcementStatuses own = replica("control-own");
    pass(TrustEnforcement.FRESH.plus(MINUTE));
    write(own);
    assertThat(written()).as("it may serve its proxies").containsKeys("control-own", OTHER);

    client.resource(other).withGracePeriod(0).delete();
    Awaitility.await().until(() -> informers.podsOf(system).size() == 1);
    write(own);
    assertThat(written()).as("its proxies are on their way").containsKey(OTHER);
    pass(EnforcementPublisher.PROXIES_RETURN);
    write(own);
    assertThat(written()).containsOnlyKeys("control-own");
  }

  @Test
  void replicaThatWasEvictedIsGoneThoughItsPodIsThere() {
    pod("control-own");
    Pod other = pod(OTHER);
    write(replica(OTHER));
    EnforcementStatuses own = replica("control-own");
    pass(TrustEnforcement.FRESH.plus(MINUTE));
    client
        .resource(other)
        .editStatus(found ->
            new PodBuilder(found)
                .editOrNewStatus()
                .withPhase("Failed")
                .withReason("Evicted")
                .endStatus()
                .build());
    Awaitility.await().until(() -> informers.podsOf(system).equals(Set.of("control-own")));
    write(own);
    pass(EnforcementPublisher.PROXIES_RETURN);
    write(own);
    assertThat(written()).containsOnlyKeys("control-own");
  }

  @Test
  void nothingSaysThatAReplicaIsGoneWhereReplicasAreNoPods() {
    write(replica(OTHER));
    EnforcementStatuses own = replica("elsewhere");
    for (int i = 0; i < 3; i++) {
      pass(TrustEnforcement.FRESH.plus(MINUTE));
      write(own);
    }
    assertThat(written()).containsKeys("elsewhere", OTHER);
  }
}
