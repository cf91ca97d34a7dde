package io.isthmus.control.identity;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isthmus.certs.testing.TestCa;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

final class ClientCertificatesTest {
  private static final TestCa EAST = TestCa.create("east.test");
  private static final TestCa WEST = TestCa.create("west.test");
  private final ClientCertificates trusted =
      new ClientCertificates(
          () -> TestCa.verifier(InstantSource.system(), EAST, WEST), EAST.trustDomain());

  private static X509Certificate[] chain(TestCa of) {
    return of.svid("shop", "hello").chain().toArray(X509Certificate[]::new);
  }

  @Test
  void certificateOfTheOwnTrustDomainIsAccepted() {
    assertThatCode(() -> trusted.checkClientTrusted(chain(EAST), "EC")).doesNotThrowAnyException();
  }

  @Test
  void certificateOfAnotherTrustDomainIsRefusedEvenIfItsAnchorsAreKnown() {
    assertThatThrownBy(() -> trusted.checkClientTrusted(chain(WEST), "EC"))
        .isInstanceOf(CertificateException.class)
        .hasMessageContaining("west.test");
  }
}
