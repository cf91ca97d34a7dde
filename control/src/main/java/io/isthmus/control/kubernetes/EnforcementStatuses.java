package io.isthmus.control.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.api.trust.TrustEnforcement;
import io.isthmus.api.trust.TrustEnforcement.Reporter;
import io.isthmus.certs.TrustDomain;
import io.isthmus.control.enforcement.EnforcementPublisher;
import io.isthmus.control.enforcement.EnforcementSink;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes what this replica's proxies enforce under this replica's name, and takes away what
 * replicas left behind that are no more. One that is silent may serve its proxies still: only that
 * its Pod is gone, and has been for as long as proxies take to come to another, says that it does
 * not. Used by one thread.
 */
public final class EnforcementStatuses implements EnforcementSink {
  private final StatusPatch patch;
  private final ClusterInformers informers;
  private final String system;
  private final String replica;
  private final InstantSource clock;
  private final Map<String, Instant> missingSince = new HashMap<>();

  /** In which API, and as whom: a Pod's name in the system namespace, where it is one. */
  public record Place(KubernetesClient client, String system, String replica) {}

  public EnforcementStatuses(
      Place place, ClusterInformers informers, MeterRegistry metrics, InstantSource clock) {
    this.patch = new StatusPatch(place.client(), metrics);
    this.system = place.system();
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
    Set<String> pods = informers.podsOf(system);
    known.forEach((other, said) -> {
      if (!other.equals(replica) && isGone(other, pods) && !said.isFresh(now())) {
        changes.withoutReporter(other);
      }
    });
    return changes.write();
  }

  /** Never, where replicas are no Pods: then nothing here says whether one still runs. */
  private boolean isGone(String other, Set<String> pods) {
    if (!pods.contains(replica) || pods.contains(other)) {
      missingSince.remove(other);
      return false;
    }
    Instant since = missingSince.computeIfAbsent(other, _ -> now());
    return !now().isBefore(since.plus(EnforcementPublisher.PROXIES_RETURN));
  }

  private static Map<String, Reporter> reporters(@Nullable TrustDomainStatus status) {
    TrustEnforcement enforcement = status == null ? null : status.enforcement();
    return enforcement == null ? Map.of() : enforcement.reporters();
  }

  private Instant now() {
    return clock.instant();
  }
}
