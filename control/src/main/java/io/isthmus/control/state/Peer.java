package io.isthmus.control.state;

import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustDomain;

/**
 * A linked cluster whose trust domain is trusted here: TrustDomain, Link and bundle agree.
 *
 * @param gateway the exact identity of its gateway, from the Link
 */
public record Peer(String cluster, TrustDomain trustDomain, SpiffeId gateway, Exports exports) {
  /** Whether this peer may reach what is exported to it. */
  public enum Exports {
    ENABLED,
    DISABLED
  }
}
