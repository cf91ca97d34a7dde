package io.isthmus.certs.issuing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.isthmus.certs.CertificateRequest;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequestBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;

class SigningRequestTest {
  static KeyPair ec(String curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  static byte[] request(KeyPair keys, String algorithm, GeneralName... names) throws Exception {
    PKCS10CertificationRequestBuilder builder =
        new JcaPKCS10CertificationRequestBuilder(new X500Name("CN=me"), keys.getPublic());
    if (names.length > 0) {
      ExtensionsGenerator extensions = new ExtensionsGenerator();
      extensions.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
      builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
    }
    return builder
        .build(new JcaContentSignerBuilder(algorithm).build(keys.getPrivate()))
        .getEncoded();
  }

  static void refused(byte[] der, String expected) {
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> SigningRequest.parse(der))
        .withMessageContaining(expected);
  }

  @Test
  void takesOurOwnRequest() throws Exception {
    KeyPair keys = CertificateRequest.newKeyPair();
    SigningRequest request = SigningRequest.parse(CertificateRequest.der(keys));
    assertThat(request.publicKey()).isEqualTo(keys.getPublic());
    assertThat(request.uris()).isEmpty();
  }

  @Test
  void reportsEveryUriItNames() throws Exception {
    byte[] der =
        request(
            ec("secp256r1"),
            "SHA256withECDSA",
            new GeneralName(GeneralName.uniformResourceIdentifier, "spiffe://west.demo/ns/a/sa/b"),
            new GeneralName(GeneralName.dNSName, "a.b"),
            new GeneralName(GeneralName.uniformResourceIdentifier, "https://x"));
    assertThat(SigningRequest.parse(der).uris())
        .containsExactly("spiffe://west.demo/ns/a/sa/b", "https://x");
  }

  @Test
  void refusesAnotherCurve() throws Exception {
    refused(
        request(ec("secp384r1"), "SHA256withECDSA"),
        "request's key is EC P-384: expected EC P-256");
  }

  @Test
  void refusesAnRsaKey() throws Exception {
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(2048);
    refused(
        request(rsa.generateKeyPair(), "SHA256withRSA"),
        "request's key is RSA 2048: expected EC P-256");
  }

  @Test
  void refusesAnEdwardsKey() throws Exception {
    KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    refused(request(keys, "Ed25519"), "request's key is EdDSA: expected EC P-256");
  }

  @Test
  void refusesASignatureByAnotherKey() throws Exception {
    KeyPair mixed = new KeyPair(ec("secp256r1").getPublic(), ec("secp256r1").getPrivate());
    refused(CertificateRequest.der(mixed), "no proof of possession");
  }

  @Test
  void refusesATamperedRequest() {
    byte[] der = CertificateRequest.der(CertificateRequest.newKeyPair());
    der[40] ^= 1;
    assertThatExceptionOfType(InvalidRequestException.class)
        .isThrownBy(() -> SigningRequest.parse(der));
  }

  @Test
  void refusesWhatIsNoRequest() {
    refused(new byte[0], "not a PKCS#10 request in DER");
    refused(new byte[] {0x30, 0x00}, "not a PKCS#10 request in DER");
    refused(new byte[] {0x30, (byte) 0x84, 0x7f, 0, 0, 0}, "not a PKCS#10 request in DER");
    refused(new byte[SigningRequest.MAX_BYTES + 1], "expected at most 16384");
  }

  @Test
  void refusesTenThousandNamesBeforeItReadsThem() throws Exception {
    GeneralName[] names = new GeneralName[10_000];
    Arrays.setAll(
        names,
        i ->
            new GeneralName(
                GeneralName.uniformResourceIdentifier, "spiffe://west.demo/ns/a/sa/n" + i));
    refused(request(ec("secp256r1"), "SHA256withECDSA", names), "expected at most 16384");
  }

  @Test
  void refusesBytesAfterTheRequest() {
    byte[] der = CertificateRequest.der(CertificateRequest.newKeyPair());
    refused(Arrays.copyOf(der, der.length + 1), "not a PKCS#10 request in DER");
  }
}
