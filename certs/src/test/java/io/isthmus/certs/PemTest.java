package io.isthmus.certs;

import static io.isthmus.certs.Verification.WEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PemTest {
  static final Svid WEB = WEST.svid("shop", "web");

  @Test
  void certificatesAreReadBackInOrder() {
    String pem = Pem.encode(WEB.chain());
    assertThat(Pem.decodeCertificates(pem)).isEqualTo(WEB.chain());
    assertThat(Pem.decodeCertificates(pem.replace("\n", "\r\n"))).isEqualTo(WEB.chain());
    assertThat(Pem.decodeCertificates("subject=x\n" + pem + "\n\n")).isEqualTo(WEB.chain());
  }

  @Test
  void keysAreReadBack() throws Exception {
    assertThat(Pem.decodePrivateKey(Pem.encode(WEB.privateKey()))).isEqualTo(WEB.privateKey());
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(2048);
    KeyPair keys = rsa.generateKeyPair();
    assertThat(Pem.decodePrivateKey(Pem.encode(keys.getPrivate()))).isEqualTo(keys.getPrivate());
  }

  @ParameterizedTest
  @CsvSource({
    "'','no PEM block CERTIFICATE in 0 characters'",
    "hello,no PEM block CERTIFICATE in 5 characters",
    "-----BEGIN CERTIFICATE-----,no PEM block CERTIFICATE",
    "'-----BEGIN PRIVATE KEY-----AAAA-----END PRIVATE KEY-----',PEM block PRIVATE KEY: expected CERTIFICATE",
    "'-----BEGIN CERTIFICATE-----AAAA-----END PRIVATE KEY-----',PEM block CERTIFICATE: expected",
    "'-----BEGIN CERTIFICATE-----AAAA-----END CERTIFICATE-----',expected a DER certificate",
    "'-----BEGIN CERTIFICATE-----A=A-----END CERTIFICATE-----',expected base64 text",
  })
  void saysWhatIsWrongWithCertificates(String text, String expected) {
    assertThatExceptionOfType(InvalidPemException.class)
        .isThrownBy(() -> Pem.decodeCertificates(text))
        .withMessageContaining(expected);
  }

  @Test
  void aChainThatIsCutShortIsNoShorterChain() {
    String whole = Pem.encode(WEB.chain());
    for (int length = Pem.encode(WEB.leaf()).length() + 12; length < whole.length() - 2; length++) {
      String cut = whole.substring(0, length);
      assertThatExceptionOfType(InvalidPemException.class)
          .isThrownBy(() -> Pem.decodeCertificates(cut))
          .withMessage("2 PEM blocks begin, 1 are whole: expected an END line for each");
    }
  }

  @Test
  void aKeyThatIsNotPkcs8IsNamed() {
    assertThatExceptionOfType(InvalidPemException.class)
        .isThrownBy(() ->
            Pem.decodePrivateKey(
                "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n"))
        .withMessage("PEM block EC PRIVATE KEY: expected PRIVATE KEY");
    assertThatExceptionOfType(InvalidPemException.class)
        .isThrownBy(() ->
            Pem.decodePrivateKey("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"))
        .withMessage("PEM block PRIVATE KEY: expected an EC or RSA key");
  }

  @Test
  void twoKeysAreNotOne() {
    String key = Pem.encode(WEB.privateKey());
    assertThatExceptionOfType(InvalidPemException.class)
        .isThrownBy(() -> Pem.decodePrivateKey(key + key))
        .withMessage("2 PEM blocks PRIVATE KEY: expected one");
  }

  @Test
  void fingerprintsAreOfTheCertificateAndOfItsKey() {
    X509Certificate root = WEST.root().certificate();
    assertThat(List.of(Fingerprint.of(root), Fingerprint.ofKey(root)))
        .doesNotHaveDuplicates()
        .allSatisfy(hex -> assertThat(hex).matches("[0-9a-f]{64}"));
  }
}
