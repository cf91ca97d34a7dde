package io.isthmus.mirror.plan;

import io.isthmus.api.link.GatewayAddress;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * How much of what a peer says is taken in: a peer that means harm, or a script that ran away
 * there, fills neither this cluster's API nor this process. What is cut is said in the Link's
 * condition.
 */
public final class PeerLimits {
  /** Exports that are mirrored, the first by namespace and name. */
  public static final int EXPORTS = 5_000;

  /** Ports of those exports together: each is a cluster to every sidecar that may call it. */
  public static final int PORTS = 10_000;

  /**
   * Gateway addresses that are probed and mirrored, the first in order; as many as a status has.
   */
  public static final int GATEWAYS = 32;

  /** Events about one Link in an hour, which is how long an API server keeps them. */
  public static final int EVENTS_AN_HOUR = 64;

  private PeerLimits() {}

  /** Of a gateway's addresses those that are taken in. */
  public static Set<GatewayAddress> followed(Set<GatewayAddress> addresses) {
    return addresses.stream()
        .sorted()
        .limit(GATEWAYS)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
