package io.isthmus.certs;

import static io.isthmus.certs.Verification.ISSUER;
import static io.isthmus.certs.Verification.NOW;
import static io.isthmus.certs.Verification.leaf;
import static io.isthmus.certs.Verification.rejected;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;

/** The X509-SVID profile: leaves under our own root that must not be believed. */
class LeafRejectionTest {
  static final String WEB = Verification.WEB.toString();

  static RejectReason rejectedUri(String uri) {
    return rejected(leaf().uris(uri));
  }

  @Test
  void refusesALeafWithoutSubjectAlternativeName() {
    assertThat(rejected(leaf().without(Extension.subjectAlternativeName)))
        .isEqualTo(RejectReason.NO_URI_SAN);
  }

  @Test
  void refusesALeafWithoutUriName() {
    assertThat(rejected(leaf().names(new GeneralName(GeneralName.dNSName, "web.shop"))))
        .isEqualTo(RejectReason.NO_URI_SAN);
  }

  @Test
  void refusesTwoSpiffeUris() {
    assertThat(rejected(leaf().uris(WEB, "spiffe://west.demo/ns/shop/sa/admin")))
        .isEqualTo(RejectReason.SEVERAL_URI_SANS);
  }

  @Test
  void refusesTheSameSpiffeUriTwice() {
    assertThat(rejected(leaf().uris(WEB, WEB))).isEqualTo(RejectReason.SEVERAL_URI_SANS);
  }

  @Test
  void refusesASpiffeUriBesideAnHttpsUri() {
    assertThat(rejected(leaf().uris(WEB, "https://west.demo/")))
        .isEqualTo(RejectReason.SEVERAL_URI_SANS);
    assertThat(rejected(leaf().uris("https://west.demo/", WEB)))
        .isEqualTo(RejectReason.SEVERAL_URI_SANS);
  }

  @Test
  void refusesAnHttpsUriAlone() {
    assertThat(rejectedUri("https://west.demo/ns/shop/sa/web"))
        .isEqualTo(RejectReason.INVALID_SPIFFE_ID);
  }

  @Test
  void refusesASpiffeIdWrittenAsDnsName() {
    assertThat(rejected(leaf().names(new GeneralName(GeneralName.dNSName, WEB))))
        .isEqualTo(RejectReason.NO_URI_SAN);
  }

  @Test
  void refusesASpiffeIdWrittenAsOtherName() {
    var otherName =
        new DERSequence(
            new org.bouncycastle.asn1.ASN1Encodable[] {
              new ASN1ObjectIdentifier("1.3.6.1.4.1.311.20.2.3"),
              new DERTaggedObject(true, 0, new DERUTF8String(WEB))
            });
    assertThat(rejected(leaf().names(new GeneralName(GeneralName.otherName, otherName))))
        .isEqualTo(RejectReason.NO_URI_SAN);
  }

  @Test
  void refusesASubjectAlternativeNameThatIsNoDer() {
    for (byte[] value : new byte[][] {{}, {1, 2, 3}, {(byte) 0x86, 0x7f}}) {
      assertThat(
              rejected(leaf().plain(Extension.subjectAlternativeName, new DEROctetString(value))))
          .isEqualTo(RejectReason.UNREADABLE_CERTIFICATE);
    }
  }

  @Test
  void refusesALeafThatIsACa() {
    assertThat(rejected(leaf().critical(Extension.basicConstraints, new BasicConstraints(true))))
        .isEqualTo(RejectReason.LEAF_IS_CA);
  }

  @Test
  void refusesALeafWithKeyCertSign() {
    assertThat(rejected(leaf().keyUsage(KeyUsage.digitalSignature | KeyUsage.keyCertSign)))
        .isEqualTo(RejectReason.KEY_USAGE);
  }

  @Test
  void refusesALeafWithCrlSign() {
    assertThat(rejected(leaf().keyUsage(KeyUsage.digitalSignature | KeyUsage.cRLSign)))
        .isEqualTo(RejectReason.KEY_USAGE);
  }

  @Test
  void refusesALeafWithoutKeyUsage() {
    assertThat(rejected(leaf().without(Extension.keyUsage))).isEqualTo(RejectReason.KEY_USAGE);
  }

  @Test
  void refusesAKeyUsageThatIsNotCritical() {
    assertThat(rejected(leaf().nowPlain(Extension.keyUsage))).isEqualTo(RejectReason.KEY_USAGE);
  }

  @Test
  void refusesALeafWithoutDigitalSignature() {
    assertThat(rejected(leaf().keyUsage(KeyUsage.keyAgreement))).isEqualTo(RejectReason.KEY_USAGE);
  }

  @Test
  void refusesALeafWithoutClientAuth() {
    assertThat(rejected(leaf().purposes(KeyPurposeId.id_kp_serverAuth)))
        .isEqualTo(RejectReason.EXTENDED_KEY_USAGE);
  }

  @Test
  void refusesALeafWithoutServerAuth() {
    assertThat(rejected(leaf().purposes(KeyPurposeId.id_kp_clientAuth)))
        .isEqualTo(RejectReason.EXTENDED_KEY_USAGE);
  }

  @Test
  void refusesAnyExtendedKeyUsageInPlaceOfTheTwoOfTls() {
    assertThat(rejected(leaf().purposes(KeyPurposeId.anyExtendedKeyUsage)))
        .isEqualTo(RejectReason.EXTENDED_KEY_USAGE);
  }

  @Test
  void refusesTheIdOfTheTrustDomainItself() {
    assertThat(rejectedUri("spiffe://west.demo")).isEqualTo(RejectReason.ID_WITHOUT_PATH);
  }

  @Test
  void refusesARootPath() {
    assertThat(rejectedUri("spiffe://west.demo/")).isEqualTo(RejectReason.INVALID_SPIFFE_ID);
  }

  @Test
  void refusesAPort() {
    assertThat(rejectedUri("spiffe://west.demo:443/ns/shop/sa/web"))
        .isEqualTo(RejectReason.INVALID_SPIFFE_ID);
  }

  @Test
  void refusesUserInfo() {
    assertThat(rejectedUri("spiffe://web@west.demo/ns/shop/sa/web"))
        .isEqualTo(RejectReason.INVALID_SPIFFE_ID);
  }

  @Test
  void refusesAQuery() {
    assertThat(rejectedUri(WEB + "?x=1")).isEqualTo(RejectReason.INVALID_SPIFFE_ID);
    assertThat(rejectedUri(WEB + "?")).isEqualTo(RejectReason.INVALID_SPIFFE_ID);
  }

  @Test
  void refusesAFragment() {
    assertThat(rejectedUri(WEB + "#x")).isEqualTo(RejectReason.INVALID_SPIFFE_ID);
    assertThat(rejectedUri(WEB + "#")).isEqualTo(RejectReason.INVALID_SPIFFE_ID);
  }

  @Test
  void refusesPercentEncoding() {
    assertThat(rejectedUri("spiffe://west.demo/ns/shop/sa/%77eb"))
        .isEqualTo(RejectReason.INVALID_SPIFFE_ID);
    assertThat(rejectedUri("spiffe://%77est.demo/ns/shop/sa/web"))
        .isEqualTo(RejectReason.INVALID_SPIFFE_ID);
  }

  @Test
  void refusesADotSegment() {
    assertThat(rejectedUri("spiffe://west.demo/ns/./sa/web"))
        .isEqualTo(RejectReason.INVALID_SPIFFE_ID);
  }

  @Test
  void refusesADotDotSegment() {
    assertThat(rejectedUri("spiffe://west.demo/ns/shop/sa/x/../web"))
        .isEqualTo(RejectReason.INVALID_SPIFFE_ID);
  }

  @Test
  void refusesAnEmptySegment() {
    assertThat(rejectedUri("spiffe://west.demo/ns//sa/web"))
        .isEqualTo(RejectReason.INVALID_SPIFFE_ID);
  }

  @Test
  void refusesATrailingSlash() {
    assertThat(rejectedUri(WEB + "/")).isEqualTo(RejectReason.INVALID_SPIFFE_ID);
  }

  @Test
  void refusesAnUpperCaseTrustDomain() {
    assertThat(rejectedUri("spiffe://West.demo/ns/shop/sa/web"))
        .isEqualTo(RejectReason.INVALID_SPIFFE_ID);
  }

  @Test
  void refusesAnUpperCaseScheme() {
    assertThat(rejectedUri("SPIFFE://west.demo/ns/shop/sa/web"))
        .isEqualTo(RejectReason.INVALID_SPIFFE_ID);
  }

  @Test
  void refusesAnEmptyTrustDomain() {
    assertThat(rejectedUri("spiffe:///ns/shop/sa/web")).isEqualTo(RejectReason.INVALID_SPIFFE_ID);
  }

  @Test
  void refusesMoreThan2048Bytes() {
    String id = "spiffe://west.demo/" + "a".repeat(2048 - "spiffe://west.demo/".length());
    assertThat(rejectedUri(id + "a")).isEqualTo(RejectReason.INVALID_SPIFFE_ID);
  }

  @Test
  void refusesANulByte() {
    assertThat(rejected(leaf().uri((WEB + "\0.evil").getBytes(ISO_8859_1))))
        .isEqualTo(RejectReason.INVALID_SPIFFE_ID);
    assertThat(rejected(leaf().uri((WEB + "\0").getBytes(ISO_8859_1))))
        .isEqualTo(RejectReason.INVALID_SPIFFE_ID);
  }

  @Test
  void refusesLettersBeyondAscii() {
    // Cyrillic 'е', which looks like the Latin one
    assertThat(rejected(leaf().uri("spiffe://w\u0435st.demo/ns/shop/sa/web".getBytes(UTF_8))))
        .isEqualTo(RejectReason.INVALID_SPIFFE_ID);
    assertThat(rejected(leaf().uri("spiffe://west.demo/ns/shop/sa/w\u0435b".getBytes(UTF_8))))
        .isEqualTo(RejectReason.INVALID_SPIFFE_ID);
  }

  @Test
  void refusesSpacesAroundAnId() {
    assertThat(rejected(leaf().uri((" " + WEB).getBytes(UTF_8))))
        .isEqualTo(RejectReason.INVALID_SPIFFE_ID);
    assertThat(rejected(leaf().uri((WEB + "\n").getBytes(UTF_8))))
        .isEqualTo(RejectReason.INVALID_SPIFFE_ID);
  }

  @Test
  void refusesAnExpiredLeaf() {
    assertThat(rejected(leaf().valid(NOW.minusSeconds(7200), NOW.minusSeconds(1))))
        .isEqualTo(RejectReason.EXPIRED);
  }

  @Test
  void refusesALeafThatIsNotYetValid() {
    assertThat(rejected(leaf().valid(NOW.plusSeconds(1), NOW.plusSeconds(7200))))
        .isEqualTo(RejectReason.NOT_YET_VALID);
  }

  @Test
  void anEmptySubjectWithoutCriticalNameIsNoCertificateToTheJdk() {
    assertThatThrownBy(() -> leaf().subject("").signedBy(ISSUER))
        .hasMessageContaining("MUST be marked critical when subject field is empty");
  }
}
