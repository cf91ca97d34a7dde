package io.isthmus.certs;

import static io.isthmus.certs.Verification.WEST;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DerTest {
  static final Svid WEB = WEST.svid("shop", "web");

  static byte[] concatenated() {
    ByteArrayOutputStream der = new ByteArrayOutputStream();
    for (X509Certificate certificate : WEB.chain()) {
      der.writeBytes(Fingerprint.der(certificate));
    }
    return der.toByteArray();
  }

  @Test
  void certificatesAreReadBackInOrder() {
    assertThat(Der.decodeCertificates(concatenated())).isEqualTo(WEB.chain());
  }

  @Test
  void everyCutButTheOneBetweenCertificatesIsRefused() {
    byte[] whole = concatenated();
    int leaf = Fingerprint.der(WEB.leaf()).length;
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      if (length != leaf) {
        assertThatIllegalArgumentException()
            .as("%d of %d bytes", length, whole.length)
            .isThrownBy(() -> Der.decodeCertificates(cut));
      }
    }
  }

  @Test
  void textIsNotSearchedForCertificates() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Der.decodeCertificates(Pem.encode(WEB.chain()).getBytes(US_ASCII)))
        .withMessageMatching("byte 0 of \\d+ is 0x2d: expected the start of a DER certificate");
  }

  @Test
  void keysAreReadBack() throws Exception {
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(2048);
    for (PrivateKey key : new PrivateKey[] {WEB.privateKey(), rsa.generateKeyPair().getPrivate()}) {
      assertThat(Der.decodePrivateKey(key.getEncoded())).isEqualTo(key);
    }
  }

  @Test
  void keysOfOtherKindsAreRefused() throws Exception {
    byte[] ed25519 =
        KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate().getEncoded();
    for (byte[] der : new byte[][] {ed25519, {}, {0x30, 0x00}}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Der.decodePrivateKey(der))
          .withMessage("expected an EC or RSA key in PKCS#8");
    }
  }
}
