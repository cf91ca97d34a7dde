package io.isthmus.control.state;

import java.util.Optional;
import java.util.Set;

/**
 * That a Service may be reached from other clusters.
 *
 * @param audience the clusters it is for; absent means all that are linked
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

  public boolean isFor(String cluster) {
    return audience.map(clusters -> clusters.contains(cluster)).orElse(true);
  }
}
