package io.isthmus.control.authority;

import io.fabric8.kubernetes.api.model.Secret;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Pem;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.issuing.OfferedIssuer;
import java.security.cert.X509Certificate;
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
    X509Certificate issuer;
    try {
      issuer = Pem.decodeCertificates(pair.certificates()).getFirst();
    } catch (RuntimeException e) {
      throw new AuthorityException("Secret %s: %s".formatted(place, e.getMessage()), e);
    }
    try {
      return OfferedIssuer.of(
          new OfferedIssuer.Offer(pair.certificates(), pair.privateKey(), anchors),
          trustDomain,
          leaf,
          clock);
    } catch (RuntimeException e) {
      throw refused(place, issuer, String.valueOf(e.getMessage()));
    }
  }

  /** With the issuer's SHA-256, by which whoever offered it knows that it is this one. */
  static AuthorityException refused(String place, X509Certificate issuer, String why) {
    return new AuthorityException(
        "Secret %s: the issuer %s is refused: %s".formatted(place, Fingerprint.of(issuer), why));
  }
}
