package io.isthmus.control.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.api.trust.TrustEnforcement;
import io.isthmus.api.trust.TrustEnforcement.Reporter;
import io.isthmus.certs.TrustDomain;
import io.isthmus.control.enforcement.EnforcementSink;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes what this replica's proxies enforce under this replica's name, and takes away what
 * replicas left behind that are no more.
 */
public final class EnforcementStatuses implements EnforcementSink {
  private final StatusPatch patch;
  private final ClusterInformers informers;
  private final String replica;
  private final InstantSource clock;

  /** In which API, and as whom. */
  public record Place(KubernetesClient client, String replica) {}

  public EnforcementStatuses(
      Place place, ClusterInformers informers, MeterRegistry metrics, InstantSource clock) {
    this.patch = new StatusPatch(place.client(), metrics);
    this.replica = place.replica();
    this.informers = informers;
    this.clock = clock;
  }

  /** Whether any replica's entry is there, fresh or not. */
  public boolean hasReports(TrustDomain trustDomain) {
    return informers.trustDomains().stream()
        .filter(object ->
            object.getSpec() != null && object.getSpec().trustDomain().equals(trustDomain.name()))
        .anyMatch(object -> !reporters(object.getStatus()).isEmpty());
  }

  @Override
  public boolean write(TrustDomain trustDomain, Reporter summary) {
    boolean all = true;
    for (io.isthmus.api.trust.TrustDomain object : informers.trustDomains()) {
      if (object.getSpec() != null && object.getSpec().trustDomain().equals(trustDomain.name())) {
        all &= write(object, summary);
      }
    }
    return all;
  }

  private boolean write(io.isthmus.api.trust.TrustDomain object, Reporter summary) {
    Map<String, Reporter> known = reporters(object.getStatus());
    StatusPatch.Changes changes = patch.of(object).reporter(replica, summary);
    known.forEach((other, said) -> {
      if (!other.equals(replica) && !said.isFresh(now())) {
        changes.withoutReporter(other);
      }
    });
    return changes.write();
  }

  private static Map<String, Reporter> reporters(@Nullable TrustDomainStatus status) {
    TrustEnforcement enforcement = status == null ? null : status.enforcement();
    return enforcement == null ? Map.of() : enforcement.reporters();
  }

  private Instant now() {
    return clock.instant();
  }
}
