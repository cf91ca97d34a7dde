package io.isthmus.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.isthmus.certs.testing.OpenSsl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateRequestTest {
  @Test
  void bouncyCastleReadsAndVerifiesIt() throws Exception {
    KeyPair keys = CertificateRequest.newKeyPair();
    byte[] der = CertificateRequest.der(keys);
    JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(der);
    assertThat(request.toASN1Structure().getEncoded("DER")).isEqualTo(der);
    assertThat(request.getPublicKey()).isEqualTo(keys.getPublic());
    assertThat(request.getSubject().getRDNs()).isEmpty();
    assertThat(request.getAttributes()).isEmpty();
    assertThat(
            request.isSignatureValid(
                new JcaContentVerifierProviderBuilder().build(keys.getPublic())))
        .isTrue();
  }

  @Test
  void opensslReadsAndVerifiesIt(@TempDir Path dir) throws Exception {
    OpenSsl openssl = OpenSsl.orSkip(dir);
    byte[] der = CertificateRequest.der(CertificateRequest.newKeyPair());
    Files.writeString(dir.resolve("request.pem"), Pem.encodeRequest(der));
    assertThat(openssl.run("req", "-in", "request.pem", "-verify", "-noout", "-text"))
        .contains("self-signature verify OK")
        .contains("ASN1 OID: prime256v1")
        .contains("ecdsa-with-SHA256");
  }

  /** Lengths need one, two and three bytes in DER: P-521 requests are longer than 255. */
  @ParameterizedTest
  @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
  void encodesLengthsOfEverySize(String curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    KeyPair keys = generator.generateKeyPair();
    assertThat(new JcaPKCS10CertificationRequest(CertificateRequest.der(keys)).getPublicKey())
        .isEqualTo(keys.getPublic());
  }

  @Test
  void makesANewP256KeyEachTime() {
    KeyPair one = CertificateRequest.newKeyPair();
    assertThat(PublicKeys.describe(one.getPublic())).isEqualTo("EC P-256");
    assertThat(CertificateRequest.newKeyPair().getPublic()).isNotEqualTo(one.getPublic());
  }

  @Test
  void refusesAKeyThatIsNotEc() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair rsa = generator.generateKeyPair();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CertificateRequest.der(rsa))
        .withMessage("key RSA 2048: expected EC P-256");
  }

  @Test
  void pemOfARequestIsReadBack() {
    byte[] der = CertificateRequest.der(CertificateRequest.newKeyPair());
    String pem = Pem.encodeRequest(der);
    assertThat(pem).startsWith("-----BEGIN CERTIFICATE REQUEST-----\n");
    assertThat(Pem.decodeRequest(pem)).isEqualTo(der);
    assertThat(pem.replace("\n", "")).contains(Base64.getEncoder().encodeToString(der));
  }
}
