package io.isthmus.certs.issuing;

import io.isthmus.certs.InvalidSpiffeIdException;
import io.isthmus.certs.PublicKeys;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustDomain;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;

/** A CA certificate and its key, which do belong together, and the trust domain they sign for. */
record Authority(TrustDomain trustDomain, X509Certificate certificate, PrivateKey privateKey) {
  private static final int KEY_CERT_SIGN = 5;

  Authority {
    String subject = "certificate \"" + certificate.getSubjectX500Principal() + "\"";
    boolean[] usage = certificate.getKeyUsage();
    if (certificate.getBasicConstraints() < 0 || usage == null || !usage[KEY_CERT_SIGN]) {
      throw new IllegalArgumentException(
          subject + " is no CA: expected cA=true and keyUsage keyCertSign");
    }
    if (!PublicKeys.belongTogether(certificate.getPublicKey(), privateKey)) {
      throw new IllegalArgumentException("private key is not the one of " + subject);
    }
  }

  /**
   * @param unnamed the trust domain of a certificate that has no URI name; one that it has is
   *     {@code spiffe://<trust domain>}
   */
  static Authority of(X509Certificate certificate, PrivateKey privateKey, TrustDomain unnamed) {
    return new Authority(trustDomainOf(certificate, unnamed), certificate, privateKey);
  }

  X500Name name() {
    return X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
  }

  static TrustDomain trustDomainOf(X509Certificate certificate, TrustDomain unnamed) {
    String subject = "certificate \"" + certificate.getSubjectX500Principal() + "\"";
    try {
      var names = certificate.getSubjectAlternativeNames();
      List<String> uris =
          names == null
              ? List.of()
              : names.stream()
                  .filter(name -> name.getFirst().equals(GeneralName.uniformResourceIdentifier))
                  .map(name -> (String) name.getLast())
                  .toList();
      if (uris.isEmpty()) {
        return unnamed;
      }
      if (uris.size() == 1 && SpiffeId.parse(uris.getFirst()).path().isEmpty()) {
        return SpiffeId.parse(uris.getFirst()).trustDomain();
      }
      throw new IllegalArgumentException(
          subject + " has URI names " + uris + ": expected exactly spiffe://<trust domain>");
    } catch (CertificateParsingException | InvalidSpiffeIdException e) {
      throw new IllegalArgumentException(
          subject + ": expected the URI name spiffe://<trust domain>: " + e.getMessage(), e);
    }
  }
}
