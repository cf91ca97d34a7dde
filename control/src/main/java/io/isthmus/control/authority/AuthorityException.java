package io.isthmus.control.authority;

import io.isthmus.certs.TrustDomain;

/** Root, issuer or bundle cannot be used as they are stored. The message names object and key. */
public final class AuthorityException extends Exception {
  private static final long serialVersionUID = 1L;

  AuthorityException(String message) {
    super(message);
  }

  /** Of a Secret whose content is another trust domain's. */
  static AuthorityException ofAnother(String place, TrustDomain found, TrustDomain expected) {
    return new AuthorityException(
        "Secret %s, key %s: authority of trust domain %s, expected %s as the setting says"
            .formatted(place, TlsSecret.Slot.ACTIVE.certificates(), found, expected));
  }

  AuthorityException(String message, Throwable cause) {
    super(message, cause);
  }
}
