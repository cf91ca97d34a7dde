package io.isthmus.certs;

import static io.isthmus.certs.Verification.ANY_OF_WEST;
import static io.isthmus.certs.Verification.CLOCK;
import static io.isthmus.certs.Verification.WEB;
import static io.isthmus.certs.Verification.WEST;
import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.testing.TestCa;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PeerVerifierProperties {
  private final Svid web = WEST.svid("shop", "web");

  /**
   * ECDSA signatures and DER leave no room: a changed byte is either noticed, or was outside of
   * what is signed. In neither case does it make somebody else.
   */
  @Property(tries = 1500)
  void aMutatedChainIsRefusedOrStillTheSamePeer(
      @ForAll @IntRange(max = 1) int which,
      @ForAll @IntRange(max = 5000) int position,
      @ForAll @IntRange(min = 1, max = 255) int difference) {
    byte[] der = Fingerprint.der(web.chain().get(which));
    der[position % der.length] ^= (byte) difference;
    PeerVerifier verifier = TestCa.verifier(CLOCK, WEST);
    try {
      List<X509Certificate> chain = new ArrayList<>(web.chain());
      chain.set(which, parse(der));
      assertThat(verifier.verifyClient(chain, ANY_OF_WEST).id()).isEqualTo(WEB);
    } catch (PeerRejectedException e) {
      assertThat(e.reason()).isNotEqualTo(RejectReason.UNEXPECTED_ID);
    } catch (CertificateException e) {
      assertThat(e).as("no certificate to the JDK").isNotNull();
    }
  }

  @Property(tries = 300)
  void aCutLeafIsRefused(@ForAll @IntRange(max = 5000) int length) {
    byte[] der = Fingerprint.der(web.leaf());
    byte[] cut = Arrays.copyOf(der, length % der.length);
    PeerVerifier verifier = TestCa.verifier(CLOCK, WEST);
    try {
      verifier.verifyClient(List.of(parse(cut), web.chain().getLast()), ANY_OF_WEST);
      throw new AssertionError("believed a certificate of " + cut.length + " bytes");
    } catch (CertificateException e) {
      assertThat(e).isNotNull();
    }
  }

  private static X509Certificate parse(byte[] der) throws CertificateException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }
}
