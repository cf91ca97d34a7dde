package io.isthmus.certs.issuing;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.PeerRejectedException;
import io.isthmus.certs.PeerVerifier;
import io.isthmus.certs.Pem;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An issuer that was signed elsewhere, under a root whose key is not here. Everything is checked
 * that would otherwise show when the first peer refuses a leaf of it; at last a leaf is made, and
 * judged as a peer would.
 */
public record OfferedIssuer(Issuer issuer, RootAuthority root) {
  private static final int KEY_CERT_SIGN = 5;

  /**
   * What somebody offers, as PEM.
   *
   * @param chain the issuer first, then those above it; a root at the end is left out
   * @param anchors roots, of which the chain leads to one
   */
  public record Offer(String chain, String privateKey, String anchors) {

    /** Without the key. */
    @Override
    public String toString() {
      return "Offer[" + chain.length() + " characters of certificates]";
    }
  }

  /**
   * @param leafLifetime that the issuer has to have left
   * @throws IllegalArgumentException with the certificate, what is wrong and what was expected
   */
  public static OfferedIssuer of(
      Offer offer, TrustDomain trustDomain, Duration leafLifetime, InstantSource clock) {
    List<X509Certificate> chain = IssuerChain.of(Pem.decodeCertificates(offer.chain()));
    X509Certificate root = root(chain.getLast(), Pem.decodeCertificates(offer.anchors()));
    Instant now = clock.instant();
    for (int below = 0; below < chain.size(); below++) {
      check(chain.get(below), below, now);
    }
    check(root, chain.size(), now);
    checkLifeLeft(chain, root, leafLifetime, now);
    Issuer issuer = Issuer.fromPem(Pem.encode(chain), offer.privateKey(), trustDomain, clock);
    RootAuthority anchor = RootAuthority.withoutKey(root, trustDomain);
    for (X509Certificate certificate : chain) {
      checkTrustDomain(certificate, trustDomain);
    }
    checkTrustDomain(root, trustDomain);
    checkLeaf(issuer, anchor, leafLifetime, clock);
    return new OfferedIssuer(issuer, anchor);
  }

  /**
   * Refuses an issuer that verifiers would not believe once it is used, by what is in force where
   * it is offered: it or one above it is revoked, or its root has the key of another one that is
   * there, which by name and key is the same to them.
   *
   * @param revoked by SHA-256
   * @param roots those that are trusted, or about to be
   * @throws IllegalArgumentException with the certificate, what is wrong and what was expected
   */
  public void checkAmong(Set<String> revoked, Collection<X509Certificate> roots) {
    X509Certificate own = root.certificate();
    for (X509Certificate certificate :
        Stream.concat(issuer.chain().stream(), Stream.of(own)).toList()) {
      String sha256 = Fingerprint.of(certificate);
      if (revoked.contains(sha256)) {
        throw new IllegalArgumentException(
            "%s is revoked (its SHA-256 is %s): expected one that is not"
                .formatted(name(certificate), sha256));
      }
    }
    for (X509Certificate known : roots) {
      if (!known.equals(own) && known.getPublicKey().equals(own.getPublicKey())) {
        throw new IllegalArgumentException(
            "the root %s has the key of root %s, which is in use: expected a new root to have a new key"
                .formatted(Fingerprint.of(own), Fingerprint.of(known)));
      }
    }
  }

  private static X509Certificate root(X509Certificate last, List<X509Certificate> anchors) {
    return anchors.stream()
        .filter(anchor -> IssuerChain.isSignedBy(last, anchor))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "%s is signed by none of the %d certificates in ca.crt: expected the chain to lead to one of them"
                    .formatted(name(last), anchors.size())));
  }

  /**
   * @param below how many authorities of the chain are below this one
   */
  private static void check(X509Certificate certificate, int below, Instant now) {
    int pathLength = certificate.getBasicConstraints();
    boolean[] usage = certificate.getKeyUsage();
    if (pathLength < 0) {
      throw new IllegalArgumentException(name(certificate) + " is no CA: expected cA=true");
    }
    if (usage == null || !usage[KEY_CERT_SIGN]) {
      throw new IllegalArgumentException(
          name(certificate) + " has not the key usage keyCertSign: expected it, for it signs");
    }
    if (pathLength < below) {
      throw new IllegalArgumentException(
          "%s has pathLenConstraint %d: expected at least %d or none, as many authorities are below it"
              .formatted(name(certificate), pathLength, below));
    }
    Instant start = certificate.getNotBefore().toInstant();
    Instant end = certificate.getNotAfter().toInstant();
    if (now.isBefore(start)) {
      throw new IllegalArgumentException(
          "%s is valid from %s, which is not yet: compare the clocks, or wait"
              .formatted(name(certificate), start));
    }
    if (!now.isBefore(end)) {
      throw new IllegalArgumentException(
          "%s was valid until %s: expected one that is valid now"
              .formatted(name(certificate), end));
    }
  }

  private static void checkLifeLeft(
      List<X509Certificate> chain, X509Certificate root, Duration leafLifetime, Instant now) {
    for (X509Certificate certificate : chain) {
      checkLifeLeft(certificate, leafLifetime, now);
    }
    checkLifeLeft(root, leafLifetime, now);
  }

  private static void checkLifeLeft(
      X509Certificate certificate, Duration leafLifetime, Instant now) {
    Instant end = certificate.getNotAfter().toInstant();
    if (end.isBefore(now.plus(leafLifetime))) {
      throw new IllegalArgumentException(
          "%s ends at %s: expected it to last from now on as long as a leaf, %s"
              .formatted(name(certificate), end, leafLifetime));
    }
  }

  private static void checkTrustDomain(X509Certificate certificate, TrustDomain expected) {
    TrustDomain found = Authority.trustDomainOf(certificate, expected);
    if (!found.equals(expected)) {
      throw new IllegalArgumentException(
          "%s is of trust domain %s: expected %s, or no URI name"
              .formatted(name(certificate), found, expected));
    }
  }

  /** Keys, signatures, name constraints, critical extensions: whatever a peer looks at. */
  private static void checkLeaf(
      Issuer issuer, RootAuthority root, Duration leafLifetime, InstantSource clock) {
    SpiffeId id = SpiffeId.workload(issuer.trustDomain(), "isthmus-system", "check");
    Svid leaf = issuer.issueSvid(id, leafLifetime);
    PeerVerifier verifier =
        new PeerVerifier(BundleSet.of(root.bundle(0, TrustBundle.DEFAULT_REFRESH_HINT)), clock);
    try {
      verifier.verifyClient(leaf.chain(), ExpectedPeer.Exact.of(id));
      verifier.verifyServer(leaf.chain(), ExpectedPeer.Exact.of(id));
    } catch (PeerRejectedException e) {
      throw new IllegalArgumentException("peers would refuse its leaves: " + e.getMessage(), e);
    }
  }

  private static String name(X509Certificate certificate) {
    return "certificate \"" + certificate.getSubjectX500Principal() + "\"";
  }
}
