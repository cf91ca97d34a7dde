package io.isthmus.certs.issuing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isthmus.certs.BundleSet;
import io.isthmus.certs.CertificateRequest;
import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.PeerRejectedException;
import io.isthmus.certs.PeerVerifier;
import io.isthmus.certs.Pem;
import io.isthmus.certs.PublicKeys;
import io.isthmus.certs.RejectReason;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.testing.OpenSsl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IssuingTest {
  static final Instant NOW = Instant.parse("2026-11-01T12:00:00.750Z");
  static final Instant SECOND = NOW.truncatedTo(ChronoUnit.SECONDS);
  static final InstantSource CLOCK = InstantSource.fixed(NOW);
  static final TrustDomain WEST = TrustDomain.of("west.demo");
  static final SpiffeId WEB = SpiffeId.workload(WEST, "shop", "web");
  static final Duration DAY = Duration.ofHours(24);
  static final RootAuthority ROOT = RootAuthority.create(WEST, Duration.ofDays(3650), CLOCK);
  static final Issuer ISSUER = Issuer.create(ROOT, Duration.ofDays(365), CLOCK);

  @Test
  void aRootIsASelfSignedP256CaOfItsTrustDomain() throws Exception {
    X509Certificate root = ROOT.certificate();
    root.verify(root.getPublicKey());
    assertThat(PublicKeys.isP256(root.getPublicKey())).isTrue();
    assertThat(root.getBasicConstraints()).isEqualTo(1);
    assertThat(root.getKeyUsage())
        .containsExactly(false, false, false, false, false, true, true, false, false);
    assertThat(root.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.19", "2.5.29.15");
    assertThat(root.getSubjectAlternativeNames()).containsExactly(List.of(6, "spiffe://west.demo"));
    assertThat(root.getSubjectX500Principal()).hasToString("CN=west.demo root, O=Isthmus");
    assertThat(root.getNotBefore()).isEqualTo(SECOND.minus(Duration.ofMinutes(5)));
    assertThat(root.getNotAfter()).isEqualTo(SECOND.plus(Duration.ofDays(3650)));
    assertThat(root.getSerialNumber().signum()).isOne();
    assertThat(root.getSerialNumber().bitLength()).isEqualTo(127);
  }

  @Test
  void anIssuerSignsLeavesOnlyAndEndsWithItsRoot() {
    assertThat(ISSUER.certificate().getBasicConstraints()).isZero();
    assertThat(ISSUER.chain()).containsExactly(ISSUER.certificate());
    assertThat(ISSUER.certificate().getIssuerX500Principal())
        .isEqualTo(ROOT.certificate().getSubjectX500Principal());
    Issuer longer = Issuer.create(ROOT, Duration.ofDays(9999), CLOCK);
    assertThat(longer.certificate().getNotAfter()).isEqualTo(ROOT.certificate().getNotAfter());
  }

  @Test
  void aLeafFollowsTheSvidProfile() throws Exception {
    KeyPair keys = CertificateRequest.newKeyPair();
    List<X509Certificate> chain = ISSUER.issue(CertificateRequest.der(keys), WEB, DAY);
    X509Certificate leaf = chain.getFirst();
    assertThat(chain).containsExactly(leaf, ISSUER.certificate());
    assertThat(leaf.getPublicKey()).isEqualTo(keys.getPublic());
    assertThat(leaf.getSubjectX500Principal().getName()).isEmpty();
    assertThat(leaf.getSubjectAlternativeNames()).containsExactly(List.of(6, WEB.toString()));
    assertThat(leaf.getCriticalExtensionOIDs())
        .containsExactlyInAnyOrder("2.5.29.15", "2.5.29.17", "2.5.29.19");
    assertThat(leaf.getKeyUsage())
        .containsExactly(true, false, false, false, false, false, false, false, false);
    assertThat(leaf.getExtendedKeyUsage())
        .containsExactlyInAnyOrder("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
    assertThat(leaf.getNotBefore()).isEqualTo(SECOND.minus(Duration.ofMinutes(5)));
    assertThat(leaf.getNotAfter()).isEqualTo(SECOND.plus(DAY));
  }

  @Test
  void anIssuerThatHasExpiredSignsNothing() {
    Instant end = ISSUER.certificate().getNotAfter().toInstant();
    Issuer atItsEnd =
        Issuer.fromPem(ISSUER.chainPem(), ISSUER.privateKeyPem(), WEST, InstantSource.fixed(end));
    assertThat(ISSUER.hasExpired()).isFalse();
    assertThat(atItsEnd.hasExpired()).isTrue();
    assertThatThrownBy(() -> atItsEnd.issueSvid(WEB, DAY))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has expired at " + end);
  }

  @Test
  void everyIssuedChainIsBelieved() throws Exception {
    PeerVerifier verifier = new PeerVerifier(BundleSet.of(ROOT.bundle(1, Duration.ZERO)), CLOCK);
    Svid svid = ISSUER.issueSvid(WEB, DAY);
    ExpectedPeer web = ExpectedPeer.Exact.of(WEB);
    assertThat(verifier.verifyClient(svid.chain(), web).id()).isEqualTo(WEB);
    assertThat(verifier.verifyServer(svid.chain(), web).anchor()).isEqualTo(ROOT.certificate());
  }

  /** What clocks may be apart is what certificates are back-dated by. */
  @Test
  void aNewLeafIsBelievedFourMinutesEarlierAndNotSix() throws Exception {
    Svid svid = ISSUER.issueSvid(WEB, DAY);
    assertThat(verifierThatIsBehind(4).verifyClient(svid.chain(), ExpectedPeer.Exact.of(WEB)).id())
        .isEqualTo(WEB);
    assertThatThrownBy(
            () -> verifierThatIsBehind(6).verifyClient(svid.chain(), ExpectedPeer.Exact.of(WEB)))
        .isInstanceOfSatisfying(
            PeerRejectedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(RejectReason.NOT_YET_VALID));
  }

  private static PeerVerifier verifierThatIsBehind(long minutes) {
    return new PeerVerifier(
        BundleSet.of(ROOT.bundle(1, Duration.ZERO)),
        InstantSource.fixed(NOW.minus(Duration.ofMinutes(minutes))));
  }

  @Test
  void aLeafNeverOutlivesItsIssuer() {
    Svid svid = ISSUER.issueSvid(WEB, Duration.ofDays(9999));
    assertThat(svid.leaf().getNotAfter()).isEqualTo(ISSUER.certificate().getNotAfter());
  }

  @Test
  void aLeafIsNotValidBeforeItsIssuer() {
    Instant earlier = NOW.minus(Duration.ofMinutes(2));
    Issuer issuer = Issuer.create(ROOT, Duration.ofDays(1), InstantSource.fixed(NOW));
    Issuer behind =
        Issuer.fromPem(
            issuer.chainPem(),
            issuer.privateKeyPem(),
            ROOT.trustDomain(),
            InstantSource.fixed(earlier));
    assertThat(behind.issueSvid(WEB, DAY).notBefore())
        .isEqualTo(issuer.certificate().getNotBefore().toInstant());
  }

  @Test
  void anIssuerSignsForItsOwnTrustDomainOnly() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ISSUER.issueSvid(SpiffeId.parse("spiffe://east.demo/ns/a/sa/b"), DAY))
        .withMessageContaining("issuer of west.demo asked for spiffe://east.demo/ns/a/sa/b");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ISSUER.issueSvid(WEST.id(), DAY))
        .withMessageContaining("expected an ID with a path");
  }

  @Test
  void aLifetimeIsAtLeastASecond() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ISSUER.issueSvid(WEB, Duration.ZERO))
        .withMessage("lifetime PT0S: expected at least 1s");
  }

  @Test
  void authoritiesAreReadBackFromPem() throws Exception {
    RootAuthority root =
        RootAuthority.fromPem(ROOT.certificatePem(), ROOT.privateKeyPem(), ROOT.trustDomain());
    assertThat(root.trustDomain()).isEqualTo(WEST);
    assertThat(root.bundle(3, Duration.ZERO)).isEqualTo(ROOT.bundle(3, Duration.ZERO));
    Issuer issuer =
        Issuer.fromPem(ISSUER.chainPem(), ISSUER.privateKeyPem(), ROOT.trustDomain(), CLOCK);
    assertThat(issuer.trustDomain()).isEqualTo(WEST);
    assertThat(issuer.issueSvid(WEB, DAY).chain().getLast()).isEqualTo(ISSUER.certificate());
    Issuer another = Issuer.create(root, DAY, CLOCK);
    another.certificate().verify(ROOT.certificate().getPublicKey());
  }

  @Test
  void pemOfNoAuthorityIsRefused() {
    Svid leaf = ISSUER.issueSvid(WEB, DAY);
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            RootAuthority.fromPem(
                Pem.encode(leaf.leaf()), Pem.encode(leaf.privateKey()), ROOT.trustDomain()))
        .withMessageContaining("expected exactly spiffe://<trust domain>");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            RootAuthority.fromPem(
                ROOT.certificatePem(), ISSUER.privateKeyPem(), ROOT.trustDomain()))
        .withMessageContaining("private key is not the one of certificate");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            RootAuthority.fromPem(
                ROOT.certificatePem() + ISSUER.chainPem(),
                ROOT.privateKeyPem(),
                ROOT.trustDomain()))
        .withMessage("2 root certificates: expected exactly one");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Issuer.fromPem("", ISSUER.privateKeyPem(), ROOT.trustDomain(), CLOCK))
        .withMessage("no PEM block CERTIFICATE in 0 characters of text");
  }

  @Test
  void anIssuersChainLinksUpAndLeavesTheRootOut() {
    String key = ISSUER.privateKeyPem();
    assertThat(
            Issuer.fromPem(
                    ISSUER.chainPem() + ROOT.certificatePem(), key, ROOT.trustDomain(), CLOCK)
                .chain())
        .containsExactly(ISSUER.certificate());
    RootAuthority other = RootAuthority.create(WEST, DAY, CLOCK);
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            Issuer.fromPem(
                ISSUER.chainPem() + other.certificatePem(), key, ROOT.trustDomain(), CLOCK))
        .withMessageContaining("certificate 0")
        .withMessageContaining("is not signed by the next");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            Issuer.fromPem(ROOT.certificatePem(), ROOT.privateKeyPem(), ROOT.trustDomain(), CLOCK))
        .withMessageContaining("is self-signed: expected one below a root");
  }

  @Test
  void aLongTrustDomainFitsIntoAName() {
    TrustDomain longest = TrustDomain.of("a".repeat(255));
    RootAuthority root = RootAuthority.create(longest, DAY, CLOCK);
    assertThat(root.trustDomain()).isEqualTo(longest);
    assertThat(
            RootAuthority.fromPem(root.certificatePem(), root.privateKeyPem(), ROOT.trustDomain())
                .trustDomain())
        .isEqualTo(longest);
  }

  @Test
  void opensslAgrees(@TempDir Path dir) throws Exception {
    OpenSsl openssl = OpenSsl.orSkip(dir);
    Svid svid = ISSUER.issueSvid(WEB, DAY);
    Files.writeString(dir.resolve("root.pem"), ROOT.certificatePem());
    Files.writeString(dir.resolve("issuer.pem"), ISSUER.chainPem());
    Files.writeString(dir.resolve("leaf.pem"), Pem.encode(svid.leaf()));
    Files.writeString(dir.resolve("leaf.key"), Pem.encode(svid.privateKey()));
    String at = Long.toString(NOW.getEpochSecond());
    for (String purpose : List.of("sslclient", "sslserver")) {
      assertThat(
              openssl.run(
                  "verify",
                  "-x509_strict",
                  "-attime",
                  at,
                  "-purpose",
                  purpose,
                  "-CAfile",
                  "root.pem",
                  "-untrusted",
                  "issuer.pem",
                  "leaf.pem"))
          .isEqualTo("leaf.pem: OK\n");
    }
    assertThat(openssl.run("x509", "-in", "leaf.pem", "-noout", "-text"))
        .contains("Subject: \n")
        .contains("X509v3 Subject Alternative Name: critical\n                URI:" + WEB)
        .contains("X509v3 Key Usage: critical\n                Digital Signature\n")
        .contains("TLS Web Server Authentication, TLS Web Client Authentication")
        .contains("X509v3 Basic Constraints: critical\n                CA:FALSE")
        .contains("Signature Algorithm: ecdsa-with-SHA256")
        .contains("Not After : Nov  2 12:00:00 2026 GMT");
    assertThat(openssl.run("x509", "-in", "root.pem", "-noout", "-text"))
        .contains("CA:TRUE, pathlen:1")
        .contains("X509v3 Key Usage: critical\n                Certificate Sign, CRL Sign\n");
    assertThat(openssl.run("x509", "-in", "leaf.pem", "-noout", "-fingerprint", "-sha256"))
        .containsIgnoringCase(Fingerprint.of(svid.leaf()).replaceAll("(..)(?!$)", "$1:"));
    assertThat(openssl.run("pkey", "-in", "leaf.key", "-noout", "-text")).contains("prime256v1");
  }

  @Test
  void keyIdentifiersLinkALeafToItsIssuer() throws Exception {
    byte[] subjectKey = ISSUER.certificate().getExtensionValue("2.5.29.14");
    byte[] leafAuthority = ISSUER.issueSvid(WEB, DAY).leaf().getExtensionValue("2.5.29.35");
    // OCTET STRING { OCTET STRING { 20 bytes } } and OCTET STRING { SEQUENCE { [0] 20 bytes } }
    assertThat(Arrays.copyOfRange(leafAuthority, 6, 26))
        .isEqualTo(Arrays.copyOfRange(subjectKey, 4, 24));
    assertThat(ROOT.certificate().getExtensionValue("2.5.29.14")).isNotNull();
  }
}
