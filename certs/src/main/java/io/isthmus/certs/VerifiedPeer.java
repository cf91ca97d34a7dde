package io.isthmus.certs;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * A peer that was believed, and until when.
 *
 * @param chain leaf first, as it was sent: what a later bundle is held against
 * @param notAfter the earliest end among leaf, intermediates and anchor
 */
public record VerifiedPeer(
    SpiffeId id, List<X509Certificate> chain, X509Certificate anchor, Instant notAfter) {
  public VerifiedPeer {
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("verified peer " + id + " without a certificate");
    }
  }

  public X509Certificate leaf() {
    return chain.getFirst();
  }
}
