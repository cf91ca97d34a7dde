package io.isthmus.control.rotation;

import io.isthmus.certs.Fingerprint;
import io.isthmus.control.authority.Rotation;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is stored of an authority, and set of it, as the plan looks at it. Issuers and anchors go by
 * the SHA-256 of their DER, in hexadecimal.
 *
 * @param cluster the own one's name
 * @param other the issuer that is not active
 * @param bundle the published one
 * @param leafLifetime of the longest-lived leaf
 * @param polling empty where nobody can fetch the bundle
 */
public record Stored(
    String cluster,
    Rotation rotation,
    Signer active,
    Optional<Signer> other,
    Generation bundle,
    Duration leafLifetime,
    Optional<Polling> polling) {

  /**
   * Others fetch the bundle.
   *
   * @param hint how often they are told to
   * @param servedSince since when they surely can
   */
  public record Polling(Duration hint, Instant servedSince) {}

  /**
   * @param issuer empty for one that is lost: nobody knows which leaves it has signed
   * @param anchor of the root that signed the issuer
   * @param notBefore of the issuer
   */
  public record Signer(String issuer, String anchor, Instant notBefore) {

    static Signer lost(String anchor) {
      return new Signer("", anchor, Instant.EPOCH);
    }

    boolean isLost() {
      return issuer.isEmpty();
    }

    /** For people. */
    @Override
    public String toString() {
      return isLost()
          ? "the issuer under the root %s, which is lost".formatted(Fingerprint.shown(anchor))
          : "the issuer " + Fingerprint.shown(issuer);
    }
  }

  /** Whether the two issuers stand on two anchors, so that the bundle changes with the phases. */
  boolean hasTwoAnchors() {
    return other.filter(signer -> !signer.anchor().equals(active.anchor())).isPresent();
  }
}
