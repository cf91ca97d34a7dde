package io.isthmus.control.federation;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.certs.BundleSet;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps one watch for each TrustDomain with an endpoint. Of several objects for one trust domain
 * the oldest has the word, as everywhere.
 */
public final class Federation implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private final io.isthmus.certs.TrustDomain own;
  private final BundleFollowing.Sources sources;
  private final Reporting reporting;
  private final RefreshPace pace = new RefreshPace(new SecureRandom());
  private final Map<String, EndpointWatch> watches = new HashMap<>();
  private boolean closed;
  private volatile BundleSet inForce = BundleSet.EMPTY;

  /** Where bundles are stored, and whose are never fetched. */
  public record Cluster(
      KubernetesClient client, String systemNamespace, io.isthmus.certs.TrustDomain own) {}

  /**
   * Where it says what it found.
   *
   * @param changed is called when a status is to be written; any thread, must not block
   */
  public record Reporting(Freshness freshness, MeterRegistry metrics, Runnable changed) {}

  public Federation(Cluster cluster, Reporting reporting, InstantSource clock) {
    this.own = cluster.own();
    this.sources =
        new BundleFollowing.Sources(
            new FederatedBundleStore(cluster.client(), cluster.systemNamespace()),
            new BundleClient(TIMEOUT),
            () -> inForce,
            clock);
    this.reporting = reporting;
  }

  /** What there is now. Does not block. */
  public synchronized void follow(List<TrustDomain> domains, BundleSet bundles) {
    if (closed) {
      return;
    }
    inForce = bundles;
    Map<String, FederatedDomain> wanted = wanted(domains);
    watches
        .entrySet()
        .removeIf(entry -> {
          FederatedDomain still = wanted.get(entry.getKey());
          boolean over = still == null || !still.uid().equals(entry.getValue().uid());
          if (over) {
            entry.getValue().close();
          }
          return over;
        });
    wanted.forEach((name, domain) -> {
      EndpointWatch watch = watches.get(name);
      if (watch == null) {
        EndpointWatch started = new EndpointWatch(domain, sources, reporting, pace);
        watches.put(name, started);
        started.start();
      } else {
        watch.follow(domain);
      }
    });
  }

  private Map<String, FederatedDomain> wanted(List<TrustDomain> domains) {
    Set<String> spokenFor = new HashSet<>();
    spokenFor.add(own.name());
    Map<String, FederatedDomain> wanted = new HashMap<>();
    domains.stream()
        .sorted(TrustDomain.OLDEST_FIRST)
        .filter(domain -> domain.getSpec() != null && domain.getSpec().bundle() != null)
        .filter(domain -> spokenFor.add(domain.getSpec().trustDomain()))
        .forEach(domain ->
            FederatedDomain.of(domain).ifPresent(found -> wanted.put(found.name(), found)));
    return wanted;
  }

  @Override
  public synchronized void close() {
    closed = true;
    watches.values().forEach(EndpointWatch::close);
    watches.clear();
  }
}
