package io.isthmus.certs;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.testing.TestCa;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.CertificateBuilder.KeyUsage;
import io.netty.pkitesting.X509Bundle;
import io.spiffe.svid.x509svid.X509SvidValidator;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Certificates of netty-pkitesting, judged by us and by java-spiffe's validator, which has no clock
 * of its own and so runs at the real time. It applies no leaf profile: where it believes and we do
 * not, the profile is the reason.
 */
class ReferenceValidatorTest {
  static final TrustDomain WEST = TrustDomain.of("west.demo");
  static final Instant NOW = Instant.now();

  final X509Bundle root = authority("CN=root").buildSelfSigned();
  final X509Bundle issuer = authority("CN=issuer").buildIssuedBy(root);
  final X509Bundle stranger = authority("CN=root").buildSelfSigned();

  ReferenceValidatorTest() throws Exception {}

  static CertificateBuilder base(String subject) {
    return new CertificateBuilder()
        .ecp256()
        .notBefore(NOW.minusSeconds(60))
        .notAfter(NOW.plusSeconds(3600))
        .subject(subject);
  }

  static CertificateBuilder authority(String subject) {
    return base(subject)
        .setIsCertificateAuthority(true)
        .setKeyUsage(true, KeyUsage.keyCertSign, KeyUsage.cRLSign);
  }

  static CertificateBuilder leaf() throws Exception {
    return base("CN=leaf")
        .setKeyUsage(true, KeyUsage.digitalSignature)
        .addExtendedKeyUsageServerAuth()
        .addExtendedKeyUsageClientAuth()
        .addSanUriName("spiffe://west.demo/ns/shop/sa/web");
  }

  boolean weBelieve(List<X509Certificate> chain) {
    TrustBundle bundle =
        new TrustBundle(WEST, 1, TrustBundle.DEFAULT_REFRESH_HINT, List.of(root.getCertificate()));
    try {
      new PeerVerifier(BundleSet.of(bundle), InstantSource.fixed(NOW))
          .verifyClient(chain, ExpectedPeer.AnyOf.of(WEST));
      return true;
    } catch (PeerRejectedException e) {
      return false;
    }
  }

  boolean referenceBelieves(List<X509Certificate> chain) throws Exception {
    var domain = io.spiffe.spiffeid.TrustDomain.parse("west.demo");
    try {
      X509SvidValidator.verifyChain(
          chain, new io.spiffe.bundle.x509bundle.X509Bundle(domain, Set.of(root.getCertificate())));
      return true;
    } catch (CertificateException | io.spiffe.exception.BundleNotFoundException e) {
      return false;
    }
  }

  void bothSay(boolean believed, List<X509Certificate> chain) throws Exception {
    assertThat(weBelieve(chain)).as("we").isEqualTo(believed);
    assertThat(referenceBelieves(chain)).as("java-spiffe").isEqualTo(believed);
  }

  @Test
  void bothBelieveAGoodChain() throws Exception {
    bothSay(true, leaf().buildIssuedBy(issuer).getCertificatePathList());
    bothSay(true, leaf().buildIssuedBy(root).getCertificatePathList());
  }

  @Test
  void bothRefuseAStrangersRoot() throws Exception {
    bothSay(false, leaf().buildIssuedBy(stranger).getCertificatePathList());
  }

  @Test
  void bothRefuseAMissingIntermediate() throws Exception {
    bothSay(false, List.of(leaf().buildIssuedBy(issuer).getCertificate()));
  }

  @Test
  void bothRefuseAnExpiredLeaf() throws Exception {
    bothSay(
        false,
        leaf()
            .notBefore(NOW.minusSeconds(7200))
            .notAfter(NOW.minusSeconds(3600))
            .buildIssuedBy(issuer)
            .getCertificatePathList());
  }

  @Test
  void bothRefuseATrustDomainWithoutBundle() throws Exception {
    bothSay(
        false,
        base("CN=leaf")
            .setKeyUsage(true, KeyUsage.digitalSignature)
            .addSanUriName("spiffe://east.demo/ns/shop/sa/web")
            .buildIssuedBy(issuer)
            .getCertificatePathList());
  }

  @Test
  void onlyWeRefuseWhatTheLeafProfileForbids() throws Exception {
    List<X509Certificate> withoutKeyUsage =
        base("CN=leaf")
            .addSanUriName("spiffe://west.demo/ns/shop/sa/web")
            .buildIssuedBy(issuer)
            .getCertificatePathList();
    assertThat(weBelieve(withoutKeyUsage)).isFalse();
    assertThat(referenceBelieves(withoutKeyUsage)).isTrue();
  }

  @Test
  void itsSvidParserAcceptsWhatWeIssue() throws Exception {
    Svid svid = TestCa.create("west.demo").svid("shop", "web");
    var parsed =
        io.spiffe.svid.x509svid.X509Svid.parse(
            Pem.encode(svid.chain()).getBytes(US_ASCII),
            Pem.encode(svid.privateKey()).getBytes(US_ASCII));
    assertThat(parsed.getSpiffeId()).hasToString(svid.id().toString());
    assertThat(parsed.getChain()).isEqualTo(svid.chain());
  }
}
