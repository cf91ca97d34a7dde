package io.isthmus.certs.issuing;

import io.isthmus.certs.CertificateRequest;
import io.isthmus.certs.Pem;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.issuing.CertificateDraft.Names;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;

/**
 * The intermediate that signs leaves. It gives an ID of its own trust domain to a key; whether the
 * one who asks is entitled to that ID was decided before, from credentials and never from the
 * request.
 */
public final class Issuer {
  private static final int PATH_LENGTH = 0; // leaves only
  private static final X500Name NO_SUBJECT = X500Name.getInstance(new X500Name(""));

  private final TrustDomain trustDomain;
  private final List<X509Certificate> chain;
  private final Optional<Authority> authority;
  private final InstantSource clock;

  private Issuer(
      TrustDomain trustDomain,
      List<X509Certificate> chain,
      Optional<Authority> authority,
      InstantSource clock) {
    this.trustDomain = trustDomain;
    this.chain = List.copyOf(chain);
    this.authority = authority;
    this.clock = clock;
  }

  private static Issuer withKey(
      Authority authority, List<X509Certificate> chain, InstantSource clock) {
    return new Issuer(authority.trustDomain(), chain, Optional.of(authority), clock);
  }

  /**
   * In the place of one under {@code root} that is lost with its key: leaves of it may live, so the
   * root is still trusted, and stands here for it. It signs nothing. Throws {@link
   * IllegalArgumentException} for a root that is below another one.
   */
  public static Issuer lost(RootAuthority root, InstantSource clock) {
    X509Certificate only = IssuerChain.onlyRoot(List.of(root.certificate()));
    return new Issuer(root.trustDomain(), List.of(only), Optional.empty(), clock);
  }

  /** A new P-256 issuer under {@code root}; ends with the root at the latest. */
  public static Issuer create(RootAuthority root, Duration lifetime, InstantSource clock) {
    KeyPair keys = CertificateRequest.newKeyPair();
    TrustDomain trustDomain = root.trustDomain();
    X509Certificate certificate =
        CertificateDraft.of(
                new Names(root.authority().name(), DistinguishedNames.of(trustDomain, "issuer")),
                keys.getPublic(),
                root.certificate().getPublicKey(),
                Validity.starting(clock.instant(), lifetime).within(root.certificate()))
            .authority(trustDomain.id(), PATH_LENGTH)
            .authorityKey()
            .sign(root.authority().privateKey());
    return withKey(
        new Authority(trustDomain, certificate, keys.getPrivate()), List.of(certificate), clock);
  }

  /**
   * Of {@code tls.crt} (the issuer first, then those above it; a root at the end is left out) and
   * {@code tls.key}, which is empty where a root stands for an issuer that is {@link #lost}. Throws
   * {@link IllegalArgumentException} when they do not belong together, or are no authority.
   *
   * @param unnamed the trust domain of an issuer whose certificate names none
   */
  public static Issuer fromPem(
      String chain, String privateKey, TrustDomain unnamed, InstantSource clock) {
    List<X509Certificate> certificates = Pem.decodeCertificates(chain);
    if (privateKey.isEmpty()) {
      return lost(RootAuthority.withoutKey(IssuerChain.onlyRoot(certificates), unnamed), clock);
    }
    return withKey(
        Authority.of(certificates.getFirst(), Pem.decodePrivateKey(privateKey), unnamed),
        IssuerChain.of(certificates),
        clock);
  }

  public TrustDomain trustDomain() {
    return trustDomain;
  }

  /** The root's, of one that is lost. */
  public X509Certificate certificate() {
    return chain.getFirst();
  }

  /** Whether it can sign; not, if it is lost. */
  public boolean holdsKey() {
    return authority.isPresent();
  }

  /** Whether its end has come: then it signs nothing, since nobody would believe it. */
  public boolean hasExpired() {
    return !clock.instant().isBefore(certificate().getNotAfter().toInstant());
  }

  /** When it was made, if it was made here: it is valid a little before. */
  public Instant madeAt() {
    return certificate().getNotBefore().toInstant().plus(Validity.BACK_DATED);
  }

  /** The issuer's own certificate, then those above it, without the root. */
  public List<X509Certificate> chain() {
    return chain;
  }

  /**
   * Signs a leaf for the key in a PKCS#10 request. The lifetime is cut where the issuer's own ends.
   * Throws {@link IllegalStateException} for an issuer that {@link #hasExpired}, or is lost.
   *
   * @return leaf first, then intermediates, no root
   */
  public List<X509Certificate> issue(byte[] requestDer, SpiffeId id, Duration lifetime)
      throws InvalidRequestException {
    return issue(SigningRequest.parse(requestDer), id, lifetime);
  }

  public List<X509Certificate> issue(SigningRequest request, SpiffeId id, Duration lifetime) {
    return chainOf(request.publicKey(), id, List.of(), lifetime);
  }

  /** A leaf with a new key, for this process itself. */
  public Svid issueSvid(SpiffeId id, Duration lifetime) {
    return issueSvid(id, List.of(), lifetime);
  }

  /**
   * As {@link #issueSvid(SpiffeId, Duration)}, for a server that clients outside of the mesh know
   * by a DNS name, too.
   */
  public Svid issueSvid(SpiffeId id, List<String> dnsNames, Duration lifetime) {
    KeyPair keys = CertificateRequest.newKeyPair();
    return new Svid(id, chainOf(keys.getPublic(), id, dnsNames, lifetime), keys.getPrivate());
  }

  public String chainPem() {
    return Pem.encode(chain);
  }

  /** Empty for one that is lost. */
  public String privateKeyPem() {
    return authority.map(own -> Pem.encode(own.privateKey())).orElse("");
  }

  private Authority authority() {
    return authority.orElseThrow(() ->
        new IllegalStateException(
            "the issuer under root \"%s\" is lost: it signs nothing"
                .formatted(certificate().getSubjectX500Principal())));
  }

  private List<X509Certificate> chainOf(
      PublicKey key, SpiffeId id, List<String> dnsNames, Duration lifetime) {
    if (!id.trustDomain().equals(trustDomain()) || id.path().isEmpty()) {
      throw new IllegalArgumentException(
          "issuer of %s asked for %s: expected an ID with a path in its own trust domain"
              .formatted(trustDomain(), id));
    }
    if (hasExpired()) {
      throw new IllegalStateException(
          "the issuer \"%s\" has expired at %s: it signs nothing"
              .formatted(
                  certificate().getSubjectX500Principal(),
                  certificate().getNotAfter().toInstant()));
    }
    Validity validity = Validity.starting(clock.instant(), lifetime).within(certificate());
    X509Certificate leaf =
        CertificateDraft.of(
                new Names(authority().name(), NO_SUBJECT),
                key,
                certificate().getPublicKey(),
                validity)
            .addCritical(Extension.basicConstraints, new BasicConstraints(false))
            .addCritical(Extension.keyUsage, new KeyUsage(KeyUsage.digitalSignature))
            .add(
                Extension.extendedKeyUsage,
                new ExtendedKeyUsage(
                    new KeyPurposeId[] {
                      KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                    }))
            .addCritical(Extension.subjectAlternativeName, CertificateDraft.names(id, dnsNames))
            .authorityKey()
            .sign(authority().privateKey());
    List<X509Certificate> issued = new ArrayList<>();
    issued.add(leaf);
    issued.addAll(chain);
    return List.copyOf(issued);
  }
}
