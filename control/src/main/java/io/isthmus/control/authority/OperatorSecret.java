package io.isthmus.control.authority;

import io.fabric8.kubernetes.api.model.Secret;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.issuing.OfferedIssuer;
import java.time.Duration;
import java.time.InstantSource;

/** The Secret in which an operator offers an issuer: read and checked, and never written. */
final class OperatorSecret {
  static final String ANCHORS = "ca.crt";

  private OperatorSecret() {}

  static OfferedIssuer read(
      Secret secret, String place, TrustDomain trustDomain, Duration leaf, InstantSource clock)
      throws AuthorityException {
    TlsSecret pair = TlsSecret.of(secret, TlsSecret.Slot.ACTIVE, place);
    String anchors = TlsSecret.value(secret, ANCHORS, place);
    try {
      return OfferedIssuer.of(
          new OfferedIssuer.Offer(pair.certificates(), pair.privateKey(), anchors),
          trustDomain,
          leaf,
          clock);
    } catch (RuntimeException e) {
      throw new AuthorityException("Secret %s: %s".formatted(place, e.getMessage()), e);
    }
  }
}
