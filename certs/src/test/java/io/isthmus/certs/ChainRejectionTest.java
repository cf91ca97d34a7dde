package io.isthmus.certs;

import static io.isthmus.certs.Verification.ANY_OF_WEST;
import static io.isthmus.certs.Verification.CLOCK;
import static io.isthmus.certs.Verification.ISSUER;
import static io.isthmus.certs.Verification.NOW;
import static io.isthmus.certs.Verification.ROOT;
import static io.isthmus.certs.Verification.WEB;
import static io.isthmus.certs.Verification.WEST;
import static io.isthmus.certs.Verification.authority;
import static io.isthmus.certs.Verification.bundle;
import static io.isthmus.certs.Verification.leaf;
import static io.isthmus.certs.Verification.reason;
import static io.isthmus.certs.Verification.rejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.testing.CertificateRecipe;
import io.isthmus.certs.testing.Made;
import io.isthmus.certs.testing.TestCa;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.junit.jupiter.api.Test;

/** Leaves that look right, on chains that must not be believed. */
class ChainRejectionTest {
  static final TestCa EAST = TestCa.create("east.demo", CLOCK);

  static NameConstraints only(String host) {
    return new NameConstraints(
        new GeneralSubtree[] {
          new GeneralSubtree(new GeneralName(GeneralName.uniformResourceIdentifier, host))
        },
        null);
  }

  @Test
  void refusesAnotherTrustDomainsRootThatClaimsOurs() {
    Made east = Made.of(EAST.issuer());
    assertThat(
            rejected(BundleSet.of(WEST.bundle(), EAST.bundle()), leaf().signedBy(east).chain(east)))
        .isEqualTo(RejectReason.UNTRUSTED_CHAIN);
  }

  @Test
  void refusesALeafUsedAsIssuer() {
    Made web = leaf().signedBy(ISSUER);
    assertThat(rejected(leaf().signedBy(web).chain(web, ISSUER)))
        .isEqualTo(RejectReason.UNTRUSTED_CHAIN);
  }

  @Test
  void refusesAnIntermediateWithoutCa() {
    Made intermediate =
        authority("x")
            .critical(Extension.basicConstraints, new BasicConstraints(false))
            .signedBy(ROOT);
    assertThat(rejected(leaf().signedBy(intermediate).chain(intermediate)))
        .isEqualTo(RejectReason.UNTRUSTED_CHAIN);
  }

  @Test
  void refusesAnIntermediateWithoutBasicConstraints() {
    Made intermediate = authority("x").without(Extension.basicConstraints).signedBy(ROOT);
    assertThat(rejected(leaf().signedBy(intermediate).chain(intermediate)))
        .isEqualTo(RejectReason.UNTRUSTED_CHAIN);
  }

  @Test
  void refusesAnIntermediateThatMayNotSignCertificates() {
    Made intermediate = authority("x").keyUsage(KeyUsage.cRLSign).signedBy(ROOT);
    assertThat(rejected(leaf().signedBy(intermediate).chain(intermediate)))
        .isEqualTo(RejectReason.UNTRUSTED_CHAIN);
    Made unstated = authority("x").without(Extension.keyUsage).signedBy(ROOT);
    assertThat(rejected(leaf().signedBy(unstated).chain(unstated)))
        .isEqualTo(RejectReason.UNTRUSTED_CHAIN);
  }

  @Test
  void refusesAPathLongerThanAnIntermediateAllows() {
    Made below = authority("below").signedBy(ISSUER); // the issuer's path length is 0
    Made root = authority("root").selfSigned();
    Made upper =
        authority("upper")
            .critical(Extension.basicConstraints, new BasicConstraints(0))
            .signedBy(root);
    Made lower = authority("lower").signedBy(upper);
    assertThat(rejected(leaf().signedBy(below).chain(below, ISSUER)))
        .isEqualTo(RejectReason.UNTRUSTED_CHAIN);
    assertThat(rejected(BundleSet.of(bundle(root)), leaf().signedBy(lower).chain(lower, upper)))
        .isEqualTo(RejectReason.UNTRUSTED_CHAIN);
  }

  @Test
  void refusesAPathLongerThanTheAnchorAllows() {
    Made root =
        authority("root")
            .critical(Extension.basicConstraints, new BasicConstraints(0))
            .selfSigned();
    Made issuer = authority("issuer").signedBy(root);
    assertThat(rejected(BundleSet.of(bundle(root)), leaf().signedBy(issuer).chain(issuer)))
        .isEqualTo(RejectReason.UNTRUSTED_CHAIN);
  }

  @Test
  void refusesAnExpiredIntermediate() {
    Made intermediate =
        authority("x").valid(NOW.minusSeconds(7200), NOW.minusSeconds(1)).signedBy(ROOT);
    assertThat(rejected(leaf().signedBy(intermediate).chain(intermediate)))
        .isEqualTo(RejectReason.EXPIRED);
  }

  @Test
  void refusesAnExpiredAnchor() {
    Made root = authority("root").valid(NOW.minusSeconds(7200), NOW.minusSeconds(1)).selfSigned();
    assertThat(rejected(BundleSet.of(bundle(root)), leaf().signedBy(root).chain()))
        .isEqualTo(RejectReason.EXPIRED);
  }

  @Test
  void refusesAViolatedNameConstraint() {
    Made intermediate =
        authority("x").critical(Extension.nameConstraints, only("east.demo")).signedBy(ROOT);
    assertThat(rejected(leaf().signedBy(intermediate).chain(intermediate)))
        .isEqualTo(RejectReason.UNTRUSTED_CHAIN);
  }

  @Test
  void refusesAViolatedNameConstraintOfTheAnchor() {
    Made root =
        authority("root").critical(Extension.nameConstraints, only("east.demo")).selfSigned();
    assertThat(rejected(BundleSet.of(bundle(root)), leaf().signedBy(root).chain()))
        .isEqualTo(RejectReason.UNTRUSTED_CHAIN);
  }

  @Test
  void refusesWhatTheJdkAnswersWithANullPointerException() {
    TrustDomain odd = TrustDomain.of("we_st");
    Made root = authority("root").selfSigned();
    Made intermediate =
        authority("x").critical(Extension.nameConstraints, only("west.demo")).signedBy(root);
    List<X509Certificate> chain =
        CertificateRecipe.leaf(SpiffeId.workload(odd, "shop", "web"), NOW)
            .signedBy(intermediate)
            .chain(intermediate);
    assertThat(rejected(BundleSet.of(bundle(odd, root)), chain))
        .isEqualTo(RejectReason.UNTRUSTED_CHAIN);
  }

  @Test
  void refusesAnUnknownCriticalExtension() {
    ASN1ObjectIdentifier unknown = new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1");
    assertThat(rejected(leaf().critical(unknown, DERNull.INSTANCE)))
        .isEqualTo(RejectReason.UNTRUSTED_CHAIN);
    Made intermediate =
        authority("x").critical(unknown, new DEROctetString(new byte[] {1})).signedBy(ROOT);
    assertThat(rejected(leaf().signedBy(intermediate).chain(intermediate)))
        .isEqualTo(RejectReason.UNTRUSTED_CHAIN);
  }

  @Test
  void refusesATamperedSignature() throws Exception {
    byte[] der = leaf().signedBy(ISSUER).certificate().getEncoded();
    der[der.length - 1] ^= 1;
    X509Certificate tampered =
        (X509Certificate)
            CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(der));
    assertThat(rejected(List.of(tampered, ISSUER.certificate())))
        .isEqualTo(RejectReason.UNTRUSTED_CHAIN);
  }

  @Test
  void refusesAnotherKeyUnderTheTrustedRootsSubjectAndKeyId() throws Exception {
    JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
    var trustedId = ids.createSubjectKeyIdentifier(ROOT.certificate().getPublicKey());
    Made forged =
        authority("x")
            .subject(ROOT.certificate().getSubjectX500Principal().getName())
            .plain(Extension.subjectKeyIdentifier, trustedId)
            .selfSigned();
    Made realNamed =
        authority("root").plain(Extension.subjectKeyIdentifier, trustedId).selfSigned();
    Made sameName = authority("root").plain(Extension.subjectKeyIdentifier, trustedId).selfSigned();
    assertThat(rejected(leaf().signedBy(forged).chain(forged)))
        .isEqualTo(RejectReason.UNTRUSTED_CHAIN);
    assertThat(rejected(BundleSet.of(bundle(realNamed)), leaf().signedBy(sameName).chain(sameName)))
        .isEqualTo(RejectReason.UNTRUSTED_CHAIN);
    assertThat(rejected(BundleSet.of(bundle(realNamed)), leaf().signedBy(sameName).chain()))
        .isEqualTo(RejectReason.UNTRUSTED_CHAIN);
  }

  @Test
  void namesOfAStrangersCertificatesCannotForgeLogLines() {
    String forged = "x\\0A2026-11-01 peer accepted \u2028 \u001b[31m\u00e9";
    Made root = authority(forged).selfSigned();
    Made issuer = authority(forged + 2).signedBy(root);
    assertThat(rejected(leaf().subject("CN=" + forged).signedBy(issuer).chain(issuer)))
        .isEqualTo(RejectReason.UNTRUSTED_CHAIN);
    assertThat(
            rejected(
                leaf()
                    .subject("CN=" + forged)
                    .valid(NOW.minusSeconds(2), NOW.minusSeconds(1))
                    .signedBy(issuer)
                    .chain(issuer)))
        .isEqualTo(RejectReason.EXPIRED);
  }

  @Test
  void refusesAnEmptyChain() {
    assertThat(rejected(List.of())).isEqualTo(RejectReason.EMPTY_CHAIN);
  }

  @Test
  void refusesAnOverLongChain() {
    Made root = authority("root").selfSigned();
    List<X509Certificate> issuers = new ArrayList<>();
    Made last = root;
    for (int i = 0; i < PeerVerifier.MAX_CHAIN_LENGTH; i++) {
      last = authority("issuer " + i).signedBy(last);
      issuers.addFirst(last.certificate());
    }
    issuers.addFirst(leaf().signedBy(last).certificate());
    assertThat(rejected(BundleSet.of(bundle(root)), issuers))
        .isEqualTo(RejectReason.CHAIN_TOO_LONG);
  }

  @Test
  void refusesAnOversizeListWithoutLookingAtIt() {
    assertThat(rejected(Collections.nCopies(100_000, ISSUER.certificate())))
        .isEqualTo(RejectReason.CHAIN_TOO_LONG);
    ASN1ObjectIdentifier padding = new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.2");
    assertThat(
            rejected(
                leaf().plain(padding, new DEROctetString(new byte[PeerVerifier.MAX_CHAIN_BYTES]))))
        .isEqualTo(RejectReason.CHAIN_TOO_LARGE);
  }

  @Test
  void refusesAnIntermediateAsLeaf() {
    assertThat(rejected(List.of(ISSUER.certificate()))).isIn(RejectReason.ID_WITHOUT_PATH);
    Made withPath = authority("x").uris(WEB.toString()).signedBy(ROOT);
    assertThat(rejected(withPath.chain())).isEqualTo(RejectReason.LEAF_IS_CA);
  }

  @Test
  void refusesAChainWithoutItsIntermediate() {
    assertThat(rejected(leaf().signedBy(ISSUER).chain())).isEqualTo(RejectReason.UNTRUSTED_CHAIN);
  }

  @Test
  void refusesATrustDomainWithoutBundle() {
    assertThat(rejected(BundleSet.of(EAST.bundle()), WEST.svid("shop", "web").chain()))
        .isEqualTo(RejectReason.UNKNOWN_TRUST_DOMAIN);
    assertThat(rejected(BundleSet.EMPTY, WEST.svid("shop", "web").chain()))
        .isEqualTo(RejectReason.UNKNOWN_TRUST_DOMAIN);
  }

  @Test
  void refusesAPeerOnceItsBundleIsEmptied() throws Exception {
    List<X509Certificate> chain = WEST.svid("shop", "web").chain();
    BundleSet bundles = BundleSet.of(WEST.bundle());
    new PeerVerifier(bundles, CLOCK).verifyClient(chain, ANY_OF_WEST);
    TrustBundle emptied =
        new TrustBundle(WEST.trustDomain(), 2, TrustBundle.DEFAULT_REFRESH_HINT, List.of());
    assertThat(rejected(bundles.with(emptied), chain)).isEqualTo(RejectReason.EMPTY_BUNDLE);
  }

  @Test
  void refusesAValidPeerThatIsNotTheOneExpected() {
    List<X509Certificate> chain = WEST.svid("shop", "web").chain();
    PeerVerifier verifier = TestCa.verifier(CLOCK, WEST);
    ExpectedPeer other = ExpectedPeer.Exact.of(WEST.id("shop", "hello"));
    assertThat(reason(() -> verifier.verifyServer(chain, other)))
        .isEqualTo(RejectReason.UNEXPECTED_ID);
    assertThat(reason(() -> verifier.verifyClient(chain, other)))
        .isEqualTo(RejectReason.UNEXPECTED_ID);
  }
}
