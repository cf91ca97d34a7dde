package io.isthmus.proxy.trust;

import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What TLS really enforces, read from the generation that is in force.
 *
 * @param leaf empty while there is none
 */
public record Enforcement(List<InForce> inForce, List<Refusal> refused, Optional<Leaf> leaf) {
  static final Enforcement NONE = new Enforcement(List.of(), List.of(), Optional.empty());

  public Enforcement {
    inForce = List.copyOf(inForce);
    refused = List.copyOf(refused);
  }

  /** A bundle that the TLS contexts were made of. */
  public record InForce(TrustDomain trustDomain, long sequence, String digest, Instant since) {
    boolean isOf(TrustBundle bundle) {
      return sequence == bundle.sequence() && digest.equals(bundle.digest());
    }
  }

  /**
   * The certificate that this process shows.
   *
   * @param issuer SHA-256 of the certificate that signed it: the next of the chain, or the anchor;
   *     empty when neither is known
   * @param anchor SHA-256 of the anchor under the own bundle in force; empty when it has none
   */
  public record Leaf(String issuer, String anchor, Instant notAfter) {
    static Leaf of(Svid svid, Optional<X509Certificate> anchor) {
      String top = anchor.map(Fingerprint::of).orElse("");
      String issuer = svid.chain().size() > 1 ? Fingerprint.of(svid.chain().get(1)) : top;
      return new Leaf(issuer, top, svid.leaf().getNotAfter().toInstant());
    }
  }

  /** Whether the two differ by more than the words of a reason. */
  boolean differsFrom(Enforcement other) {
    return !inForce.equals(other.inForce)
        || !leaf.equals(other.leaf)
        || !keys(refused).equals(keys(other.refused));
  }

  private static List<Object> keys(List<Refusal> refusals) {
    return refusals.stream()
        .<Object>map(
            refusal -> List.of(refusal.trustDomain(), refusal.sequence(), refusal.digest()))
        .toList();
  }
}
