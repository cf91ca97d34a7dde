package io.isthmus.certs;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * An identity that this process can prove: leaf first, then intermediates, no root, and the key. It
 * follows the same profile that peers will hold it against, and the key is the leaf's.
 */
public record Svid(SpiffeId id, List<X509Certificate> chain, PrivateKey privateKey) {
  public Svid {
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("SVID of " + id + " without a certificate");
    }
    SpiffeId certified = certifiedId(chain.getFirst());
    if (!certified.equals(id)) {
      throw new IllegalArgumentException("SVID of " + id + ": its leaf is of " + certified);
    }
    if (!PublicKeys.belongTogether(chain.getFirst().getPublicKey(), privateKey)) {
      throw new IllegalArgumentException(
          "SVID of " + id + ": the private key is not the one of the leaf");
    }
  }

  /** Throws {@link IllegalArgumentException} when the leaf is no X509-SVID or the key not its. */
  public static Svid of(List<X509Certificate> chain, PrivateKey privateKey) {
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("SVID without a certificate");
    }
    return new Svid(certifiedId(chain.getFirst()), chain, privateKey);
  }

  public X509Certificate leaf() {
    return chain.getFirst();
  }

  public Instant notBefore() {
    return leaf().getNotBefore().toInstant();
  }

  /** The earliest end in the chain: after it, no peer believes this SVID. */
  public Instant notAfter() {
    return chain.stream()
        .map(certificate -> certificate.getNotAfter().toInstant())
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "Svid[" + id + ", until " + notAfter() + ", sha256 " + Fingerprint.of(leaf()) + "]";
  }

  private static SpiffeId certifiedId(X509Certificate leaf) {
    try {
      return LeafProfile.check(leaf);
    } catch (PeerRejectedException e) {
      throw new IllegalArgumentException("no X509-SVID: " + e.getMessage(), e);
    }
  }
}
