package io.isthmus.certs.issuing;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;

/** The certificates that an issuer sends along with its leaves: itself, then those above it. */
final class IssuerChain {
  private IssuerChain() {}

  /** Without a root at the end, which peers have by themselves or do not believe anyway. */
  static List<X509Certificate> of(List<X509Certificate> certificates) {
    for (int i = 0; i + 1 < certificates.size(); i++) {
      if (!isSignedBy(certificates.get(i), certificates.get(i + 1))) {
        throw new IllegalArgumentException(
            "issuer chain: certificate %d \"%s\" is not signed by the next, \"%s\""
                .formatted(
                    i,
                    certificates.get(i).getSubjectX500Principal(),
                    certificates.get(i + 1).getSubjectX500Principal()));
      }
    }
    X509Certificate last = certificates.getLast();
    if (!isSignedBy(last, last)) {
      return List.copyOf(certificates);
    }
    if (certificates.size() == 1) {
      throw new IllegalArgumentException(
          "issuer \"%s\" is self-signed: expected one below a root"
              .formatted(last.getSubjectX500Principal()));
    }
    return List.copyOf(certificates.subList(0, certificates.size() - 1));
  }

  /** The root that stands for an issuer without a key. */
  static X509Certificate onlyRoot(List<X509Certificate> certificates) {
    X509Certificate first = certificates.getFirst();
    if (certificates.size() != 1 || !isSignedBy(first, first)) {
      throw new IllegalArgumentException(
          "issuer \"%s\" has no key: expected it, or a root alone that stands for an issuer that is lost"
              .formatted(first.getSubjectX500Principal()));
    }
    return first;
  }

  static boolean isSignedBy(X509Certificate certificate, X509Certificate issuer) {
    if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
      return false;
    }
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
