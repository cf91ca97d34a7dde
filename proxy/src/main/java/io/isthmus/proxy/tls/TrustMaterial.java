package io.isthmus.proxy.tls;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustDomain;
import java.util.Set;

/**
 * What TLS stands on at one moment.
 *
 * @param svid what this process proves to be
 * @param bundles what peers are held against, each against that of its own trust domain
 * @param callers the trust domains whose identities may connect to this process
 */
public record TrustMaterial(Svid svid, BundleSet bundles, Set<TrustDomain> callers) {
  public TrustMaterial {
    callers = Set.copyOf(callers);
  }
}
