package io.isthmus.certs.issuing;

import io.isthmus.certs.CertificateRequest;
import io.isthmus.certs.Pem;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;

/** The root of one trust domain: the anchor in its bundle, and the key that signs its issuers. */
public final class RootAuthority {
  private static final int PATH_LENGTH = 1; // one issuer below, and leaves

  private final TrustDomain trustDomain;
  private final X509Certificate certificate;
  private final Optional<Authority> authority;

  private RootAuthority(
      TrustDomain trustDomain, X509Certificate certificate, Optional<Authority> authority) {
    this.trustDomain = trustDomain;
    this.certificate = certificate;
    this.authority = authority;
  }

  private static RootAuthority withKey(Authority authority) {
    return new RootAuthority(
        authority.trustDomain(), authority.certificate(), Optional.of(authority));
  }

  /**
   * One whose key is elsewhere: others are verified with it, and it signs nothing here.
   *
   * @param unnamed its trust domain, if the certificate names none
   */
  public static RootAuthority withoutKey(X509Certificate certificate, TrustDomain unnamed) {
    return new RootAuthority(
        Authority.trustDomainOf(certificate, unnamed), certificate, Optional.empty());
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
    return withKey(new Authority(trustDomain, certificate, keys.getPrivate()));
  }

  /**
   * Of {@code tls.crt} and {@code tls.key}, which is empty for one that is elsewhere. Throws {@link
   * IllegalArgumentException} when they do not belong together, or are no authority.
   *
   * @param unnamed the trust domain of a root whose certificate names none
   */
  public static RootAuthority fromPem(String certificate, String privateKey, TrustDomain unnamed) {
    List<X509Certificate> certificates = Pem.decodeCertificates(certificate);
    if (certificates.size() != 1) {
      throw new IllegalArgumentException(
          certificates.size() + " root certificates: expected exactly one");
    }
    return privateKey.isEmpty()
        ? withoutKey(certificates.getFirst(), unnamed)
        : withKey(Authority.of(certificates.getFirst(), Pem.decodePrivateKey(privateKey), unnamed));
  }

  public TrustDomain trustDomain() {
    return trustDomain;
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /** The bundle of a trust domain with this root only. */
  public TrustBundle bundle(long sequence, Duration refreshHint) {
    return new TrustBundle(trustDomain(), sequence, refreshHint, List.of(certificate()));
  }

  /** Whether the issuer's chain ends at this root: its key, and its name. */
  public boolean signed(Issuer issuer) {
    return IssuerChain.isSignedBy(issuer.chain().getLast(), certificate());
  }

  public String certificatePem() {
    return Pem.encode(certificate());
  }

  /** Whether it can sign issuers here. */
  public boolean holdsKey() {
    return authority.isPresent();
  }

  /** Empty for a root whose key is elsewhere. */
  public String privateKeyPem() {
    return authority.map(own -> Pem.encode(own.privateKey())).orElse("");
  }

  /** Throws {@link IllegalStateException} for a root whose key is elsewhere. */
  Authority authority() {
    return authority.orElseThrow(() ->
        new IllegalStateException(
            "root \"%s\" signs nothing here: its key is elsewhere"
                .formatted(certificate.getSubjectX500Principal())));
  }
}
