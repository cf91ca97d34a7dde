package io.isthmus.control.state;

import io.isthmus.certs.TrustDomain;
import java.util.Optional;
import java.util.Set;

/**
 * That a Service may be reached from other clusters.
 *
 * @param audience the clusters it is for, or trust domains as {@code spiffe://<name>}; absent means
 *     all clusters that are linked
 */
public record Export(Optional<Set<String>> audience, TunnelMode tunnel, Unmeshed unmeshed) {
  /** Whether endpoints without a proxy may be reached by other clusters. */
  public enum Unmeshed {
    ALLOWED,
    REFUSED
  }

  public Export {
    audience = audience.map(Set::copyOf);
  }

  /**
   * Whether the word is {@code spiffe://<trust domain>}. Who has no Link is never meant by silence.
   */
  public boolean isFor(TrustDomain federated) {
    return audience.map(named -> named.contains(federated.id().toString())).orElse(false);
  }

  public boolean isFor(String cluster) {
    return audience.map(clusters -> clusters.contains(cluster)).orElse(true);
  }
}
