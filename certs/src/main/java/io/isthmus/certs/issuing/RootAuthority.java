package io.isthmus.certs.issuing;

import io.isthmus.certs.CertificateRequest;
import io.isthmus.certs.Pem;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;

/** The root of one trust domain: the anchor in its bundle, and the key that signs its issuers. */
public final class RootAuthority {
  private static final int PATH_LENGTH = 1; // one issuer below, and leaves

  private final Authority authority;

  private RootAuthority(Authority authority) {
    this.authority = authority;
  }

  /** A new P-256 root, self-signed. */
  public static RootAuthority create(
      TrustDomain trustDomain, Duration lifetime, InstantSource clock) {
    KeyPair keys = CertificateRequest.newKeyPair();
    X500Name name = DistinguishedNames.of(trustDomain, "root");
    X509Certificate certificate =
        CertificateDraft.of(
                new CertificateDraft.Names(name, name),
                keys.getPublic(),
                keys.getPublic(),
                Validity.starting(clock.instant(), lifetime))
            .authority(trustDomain.id(), PATH_LENGTH)
            .sign(keys.getPrivate());
    return new RootAuthority(new Authority(trustDomain, certificate, keys.getPrivate()));
  }

  /**
   * Of {@code tls.crt} and {@code tls.key}. Throws {@link IllegalArgumentException} when they do
   * not belong together, are no authority, or name no trust domain.
   */
  public static RootAuthority fromPem(String certificate, String privateKey) {
    List<X509Certificate> certificates = Pem.decodeCertificates(certificate);
    if (certificates.size() != 1) {
      throw new IllegalArgumentException(
          certificates.size() + " root certificates: expected exactly one");
    }
    return new RootAuthority(
        Authority.of(certificates.getFirst(), Pem.decodePrivateKey(privateKey)));
  }

  public TrustDomain trustDomain() {
    return authority.trustDomain();
  }

  public X509Certificate certificate() {
    return authority.certificate();
  }

  /** The bundle of a trust domain with this root only. */
  public TrustBundle bundle(long sequence, Duration refreshHint) {
    return new TrustBundle(trustDomain(), sequence, refreshHint, List.of(certificate()));
  }

  /** Whether the issuer's chain ends at this root's key. */
  public boolean signed(Issuer issuer) {
    try {
      issuer.chain().getLast().verify(certificate().getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  public String certificatePem() {
    return Pem.encode(certificate());
  }

  public String privateKeyPem() {
    return Pem.encode(authority.privateKey());
  }

  Authority authority() {
    return authority;
  }
}
