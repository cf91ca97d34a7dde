package io.isthmus.certs;

import static io.isthmus.certs.Verification.ROOT;
import static io.isthmus.certs.Verification.authority;
import static io.isthmus.certs.Verification.bundle;
import static io.isthmus.certs.Verification.leaf;
import static io.isthmus.certs.Verification.rejected;
import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.testing.Made;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures and keys that anybody could forge, anywhere in a chain. */
class WeakAlgorithmTest {
  @ParameterizedTest
  @ValueSource(strings = {"SHA1withECDSA", "SHA224withECDSA"})
  void refusesAWeakSignature(String algorithm) {
    assertThat(rejected(leaf().signature(algorithm))).isEqualTo(RejectReason.WEAK_ALGORITHM);
  }

  @ParameterizedTest
  @ValueSource(strings = {"MD5withRSA", "SHA1withRSA"})
  void refusesAWeakRsaSignatureOfAnIntermediate(String algorithm) throws Exception {
    Made root = authority("root").key(rsa(2048)).selfSigned();
    Made intermediate = authority("x").signature(algorithm).signedBy(root);
    assertThat(
            rejected(BundleSet.of(bundle(root)), leaf().signedBy(intermediate).chain(intermediate)))
        .isEqualTo(RejectReason.WEAK_ALGORITHM);
  }

  @Test
  void refusesAShortRsaKeyInLeafIntermediateAndAnchor() throws Exception {
    KeyPair weak = rsa(1024);
    assertThat(rejected(leaf().key(weak))).isEqualTo(RejectReason.WEAK_ALGORITHM);
    Made intermediate = authority("x").key(weak).signedBy(ROOT);
    assertThat(rejected(leaf().signedBy(intermediate).chain(intermediate)))
        .isEqualTo(RejectReason.WEAK_ALGORITHM);
    Made root = authority("root").key(weak).selfSigned();
    assertThat(rejected(BundleSet.of(bundle(root)), leaf().signedBy(root).chain()))
        .isEqualTo(RejectReason.WEAK_ALGORITHM);
  }

  @Test
  void refusesAKeyThatIsNeitherEcNorRsa() throws Exception {
    KeyPair ed25519 = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    assertThat(rejected(leaf().key(ed25519))).isEqualTo(RejectReason.WEAK_ALGORITHM);
  }

  private static KeyPair rsa(int bits) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits);
    return generator.generateKeyPair();
  }
}
