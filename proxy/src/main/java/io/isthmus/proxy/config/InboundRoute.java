package io.isthmus.proxy.config;

import io.isthmus.certs.TrustDomain;
import java.util.Set;

/**
 * An authority that callers may ask for.
 *
 * @param cluster name of the cluster that the bytes go to
 * @param allowed trust domains whose identities may ask
 */
public record InboundRoute(
    String authority,
    String cluster,
    Set<TrustDomain> allowed,
    TunnelMode mode,
    UnmeshedPolicy unmeshed) {
  public InboundRoute {
    allowed = Set.copyOf(allowed);
  }
}
