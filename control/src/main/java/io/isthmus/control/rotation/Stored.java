package io.isthmus.control.rotation;

import io.isthmus.control.authority.Rotation;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What is stored of an authority, as the plan looks at it. Issuers and anchors go by the SHA-256 of
 * their DER, in hexadecimal.
 *
 * @param other the issuer that is not active
 * @param bundle the published one
 * @param leafLifetime of the longest-lived leaf
 */
public record Stored(
    Rotation rotation,
    Signer active,
    Optional<Signer> other,
    Generation bundle,
    Duration leafLifetime) {

  /**
   * @param anchor of the root that signed the issuer
   * @param notBefore of the issuer
   */
  public record Signer(String issuer, String anchor, Instant notBefore) {}
}
