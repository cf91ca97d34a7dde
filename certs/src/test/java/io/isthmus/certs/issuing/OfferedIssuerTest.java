package io.isthmus.certs.issuing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isthmus.certs.CertificateRequest;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Pem;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.testing.CertificateRecipe;
import io.isthmus.certs.testing.Made;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;

/** Issuers that operators sign: which are taken, and what is said of those that are not. */
final class OfferedIssuerTest {
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");
  private static final Duration LEAF = Duration.ofHours(1);
  private static final TrustDomain EAST = TrustDomain.of("east.test");
  private static final Made ROOT = root().selfSigned();

  private static CertificateRecipe root() {
    return CertificateRecipe.authority("offline root", NOW);
  }

  private static CertificateRecipe issuer() {
    return CertificateRecipe.authority("issuer", NOW);
  }

  private static CertificateRecipe limited(CertificateRecipe recipe, int pathLength) {
    return recipe.critical(Extension.basicConstraints, new BasicConstraints(pathLength));
  }

  private static OfferedIssuer offer(PrivateKey key, Made anchor, Made... chain) {
    return OfferedIssuer.of(
        new OfferedIssuer.Offer(
            Pem.encode(Stream.of(chain).map(Made::certificate).toList()),
            Pem.encode(key),
            Pem.encode(anchor.certificate())),
        EAST,
        LEAF,
        () -> NOW);
  }

  private static void assertRefused(String message, Made anchor, Made... chain) {
    assertThatThrownBy(() -> offer(chain[0].privateKey(), anchor, chain))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void issuerUnderARootIsTakenWithoutTheRootsKey() {
    Made issuer = limited(issuer(), 0).signedBy(ROOT);
    OfferedIssuer taken = offer(issuer.privateKey(), ROOT, issuer);
    assertThat(taken.issuer().chain()).containsExactly(issuer.certificate());
    assertThat(taken.issuer().trustDomain()).isEqualTo(EAST);
    assertThat(taken.root().certificate()).isEqualTo(ROOT.certificate());
    assertThat(taken.root().holdsKey()).isFalse();
    assertThat(taken.root().signed(taken.issuer())).isTrue();
  }

  @Test
  void chainMayHaveAnAuthorityBetweenAndItsRoot() {
    Made between = limited(CertificateRecipe.authority("between", NOW), 1).signedBy(ROOT);
    Made issuer = limited(issuer(), 0).signedBy(between);
    assertThat(offer(issuer.privateKey(), ROOT, issuer, between, ROOT).issuer().chain())
        .containsExactly(issuer.certificate(), between.certificate());
  }

  @Test
  void ofSeveralAnchorsTheOneThatTheChainLeadsToIsTaken() {
    Made issuer = issuer().signedBy(ROOT);
    Made other = root().selfSigned();
    List<X509Certificate> anchors = List.of(other.certificate(), ROOT.certificate());
    OfferedIssuer taken =
        OfferedIssuer.of(
            new OfferedIssuer.Offer(
                Pem.encode(issuer.certificate()),
                Pem.encode(issuer.privateKey()),
                Pem.encode(anchors)),
            EAST,
            LEAF,
            () -> NOW);
    assertThat(taken.root().certificate()).isEqualTo(ROOT.certificate());
  }

  @Test
  void whatIsNoAuthorityIsRefused() {
    assertRefused(
        "is no CA: expected cA=true",
        ROOT,
        issuer().critical(Extension.basicConstraints, new BasicConstraints(false)).signedBy(ROOT));
    assertRefused(
        "is no CA: expected cA=true",
        ROOT,
        issuer().without(Extension.basicConstraints).signedBy(ROOT));
  }

  @Test
  void authorityThatMayNotSignCertificatesIsRefused() {
    assertRefused(
        "key usage keyCertSign", ROOT, issuer().keyUsage(KeyUsage.digitalSignature).signedBy(ROOT));
    assertRefused(
        "key usage keyCertSign", ROOT, issuer().without(Extension.keyUsage).signedBy(ROOT));
  }

  @Test
  void upperPathLengthThatForbidsTheIssuerIsRefused() {
    Made strict = limited(root(), 0).selfSigned();
    assertRefused(
        "has pathLenConstraint 0: expected at least 1 or none", strict, issuer().signedBy(strict));
    Made between = limited(CertificateRecipe.authority("between", NOW), 0).signedBy(ROOT);
    assertRefused(
        "\"CN=between\" has pathLenConstraint 0", ROOT, issuer().signedBy(between), between);
  }

  @Test
  void lifeThatIsShorterThanALeafsIsRefused() {
    assertRefused(
        "expected it to last from now on as long as a leaf, PT1H",
        ROOT,
        issuer().valid(NOW.minusSeconds(60), NOW.plusSeconds(3_599)).signedBy(ROOT));
  }

  @Test
  void whatIsNotValidNowIsRefused() {
    assertRefused(
        "was valid until 2026-11-01T11:59:59Z",
        ROOT,
        issuer().valid(NOW.minusSeconds(3_600), NOW.minusSeconds(1)).signedBy(ROOT));
    assertRefused(
        "is valid from 2026-11-01T12:00:01Z",
        ROOT,
        issuer().valid(NOW.plusSeconds(1), NOW.plusSeconds(80_000)).signedBy(ROOT));
    Made ended = root().valid(NOW.minusSeconds(3_600), NOW.minusSeconds(1)).selfSigned();
    assertRefused("\"CN=offline root\" was valid until", ended, issuer().signedBy(ended));
  }

  private static void assertRefusedAmong(
      String message, OfferedIssuer offered, Set<String> revoked, Made... roots) {
    assertThatThrownBy(
            () -> offered.checkAmong(revoked, Stream.of(roots).map(Made::certificate).toList()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void whatIsRevokedAnywhereInTheChainIsRefused() {
    Made between = limited(CertificateRecipe.authority("between", NOW), 1).signedBy(ROOT);
    Made issuer = limited(issuer(), 0).signedBy(between);
    OfferedIssuer offered = offer(issuer.privateKey(), ROOT, issuer, between);
    for (Made revoked : List.of(issuer, between, ROOT)) {
      String sha256 = Fingerprint.of(revoked.certificate());
      assertRefusedAmong(
          "\"%s\" is revoked (its SHA-256 is %s)"
              .formatted(revoked.certificate().getSubjectX500Principal(), sha256),
          offered,
          Set.of(sha256),
          ROOT);
    }
    offered.checkAmong(Set.of("ab".repeat(32)), List.of(ROOT.certificate()));
  }

  @Test
  void newRootWithTheKeyOfOneThatIsThereIsRefused() {
    KeyPair keys = CertificateRequest.newKeyPair();
    Made old = root().key(keys).selfSigned();
    Made renewed = CertificateRecipe.authority("renewed root", NOW).key(keys).selfSigned();
    Made issuer = issuer().signedBy(renewed);
    OfferedIssuer offered = offer(issuer.privateKey(), renewed, issuer);
    assertRefusedAmong(
        "has the key of root " + Fingerprint.of(old.certificate()), offered, Set.of(), ROOT, old);
    offered.checkAmong(Set.of(), List.of(ROOT.certificate(), renewed.certificate()));
  }

  @Test
  void keyOfAnotherCertificateIsRefused() {
    Made issuer = issuer().signedBy(ROOT);
    assertThatThrownBy(() -> offer(CertificateRequest.newKeyPair().getPrivate(), ROOT, issuer))
        .hasMessageContaining("private key is not the one of certificate \"CN=issuer\"");
  }

  @Test
  void weakKeyIsRefused() throws Exception {
    KeyPairGenerator weak = KeyPairGenerator.getInstance("RSA");
    weak.initialize(1024);
    assertRefused(
        "RSA 1024: expected EC P-256, P-384, P-521 or RSA of 2048",
        ROOT,
        issuer().key(weak.generateKeyPair()).signedBy(ROOT));
  }

  @Test
  void chainThatLeadsElsewhereIsRefused() {
    Made other = root().selfSigned(); // the same name, another key
    assertRefused(
        "is signed by none of the 1 certificates in ca.crt", ROOT, issuer().signedBy(other));
  }

  @Test
  void chainThatIsBrokenIsRefused() {
    Made stranger = CertificateRecipe.authority("between", NOW).signedBy(ROOT);
    assertRefused("is not signed by the next", ROOT, issuer().signedBy(ROOT), stranger);
  }

  @Test
  void rootItselfIsNoIssuer() {
    assertRefused("is self-signed: expected one below a root", ROOT, ROOT);
  }

  @Test
  void uriNameIsOfTheTrustDomainWhereThereIsOne() {
    Made good = issuer().uris("spiffe://east.test").signedBy(ROOT);
    assertThat(offer(good.privateKey(), ROOT, good).issuer().trustDomain()).isEqualTo(EAST);
    assertRefused(
        "is of trust domain west.test: expected east.test",
        ROOT,
        issuer().uris("spiffe://west.test").signedBy(ROOT));
    assertRefused(
        "expected exactly spiffe://<trust domain>",
        ROOT,
        issuer().uris("spiffe://east.test", "spiffe://west.test").signedBy(ROOT));
    Made west = root().uris("spiffe://west.test").selfSigned();
    assertRefused(
        "\"CN=offline root\" is of trust domain west.test", west, issuer().signedBy(west));
  }

  @Test
  void whatIsNoPemIsRefused() {
    assertThatThrownBy(
            () -> OfferedIssuer.of(new OfferedIssuer.Offer("", "", ""), EAST, LEAF, () -> NOW))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
