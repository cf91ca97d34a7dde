package io.isthmus.certs.testing;

import io.isthmus.certs.Pem;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.certs.issuing.RootAuthority;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** A certificate out of a {@link CertificateRecipe}, with its key. */
public record Made(X509Certificate certificate, PrivateKey privateKey) {
  public static Made of(RootAuthority root) {
    return new Made(root.certificate(), Pem.decodePrivateKey(root.privateKeyPem()));
  }

  public static Made of(Issuer issuer) {
    return new Made(issuer.certificate(), Pem.decodePrivateKey(issuer.privateKeyPem()));
  }

  /** This certificate, then those of {@code issuers}. */
  public List<X509Certificate> chain(Made... issuers) {
    List<X509Certificate> chain = new ArrayList<>();
    chain.add(certificate);
    for (Made issuer : issuers) {
      chain.add(issuer.certificate());
    }
    return List.copyOf(chain);
  }
}
