package io.isthmus.certs.issuing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.isthmus.certs.CertificateRequest;
import io.isthmus.certs.Pem;
import io.isthmus.certs.TrustDomain;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.junit.jupiter.api.Test;

class IssuerRequestTest {
  private static final TrustDomain EAST = TrustDomain.of("east.test");

  @Test
  void asksForWhatAnIssuerHasToHaveAndProvesItsKey() throws Exception {
    KeyPair keys = CertificateRequest.newKeyPair();
    byte[] der = Pem.decodeRequest(IssuerRequest.pem(EAST, keys));
    SigningRequest read = SigningRequest.parse(der);
    assertThat(read.publicKey()).isEqualTo(keys.getPublic());
    assertThat(read.uris()).containsExactly("spiffe://east.test");
    PKCS10CertificationRequest request = new PKCS10CertificationRequest(der);
    Extensions asked = request.getRequestedExtensions();
    assertThat(request.getSubject()).hasToString("O=Isthmus,CN=east.test issuer");
    assertThat(BasicConstraints.fromExtensions(asked).isCA()).isTrue();
    assertThat(BasicConstraints.fromExtensions(asked).getPathLenConstraint()).isZero();
    assertThat(KeyUsage.fromExtensions(asked).hasUsages(KeyUsage.keyCertSign)).isTrue();
    assertThat(asked.getCriticalExtensionOIDs()).hasSize(2);
  }

  @Test
  void keyThatDoesNotSignEcdsaIsRefused() throws Exception {
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(2048);
    assertThatThrownBy(() -> IssuerRequest.pem(EAST, rsa.generateKeyPair()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
