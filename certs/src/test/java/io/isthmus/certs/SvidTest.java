package io.isthmus.certs;

import static io.isthmus.certs.Verification.ISSUER;
import static io.isthmus.certs.Verification.NOW;
import static io.isthmus.certs.Verification.WEB;
import static io.isthmus.certs.Verification.WEST;
import static io.isthmus.certs.Verification.leaf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.isthmus.certs.testing.Made;
import java.util.List;
import org.junit.jupiter.api.Test;

class SvidTest {
  @Test
  void takesItsIdFromTheLeaf() {
    Svid svid = WEST.svid("shop", "web");
    assertThat(Svid.of(svid.chain(), svid.privateKey())).isEqualTo(svid);
    assertThat(svid.id()).isEqualTo(WEB);
    assertThat(svid.notBefore()).isEqualTo(NOW.minusSeconds(300));
    assertThat(svid.notAfter()).isEqualTo(NOW.plusSeconds(86_400));
  }

  @Test
  void endsWithTheFirstCertificateOfTheChainThatEnds() {
    Made made = leaf().valid(NOW, NOW.plusSeconds(86_400L * 9999)).signedBy(ISSUER);
    assertThat(Svid.of(made.chain(ISSUER), made.privateKey()).notAfter())
        .isEqualTo(ISSUER.certificate().getNotAfter().toInstant());
  }

  @Test
  void refusesAnEmptyChain() {
    Svid svid = WEST.svid("shop", "web");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Svid.of(List.of(), svid.privateKey()))
        .withMessage("SVID without a certificate");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Svid(WEB, List.of(), svid.privateKey()));
  }

  @Test
  void refusesAnotherKey() {
    Svid svid = WEST.svid("shop", "web");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Svid.of(svid.chain(), WEST.svid("shop", "web").privateKey()))
        .withMessageContaining("the private key is not the one of the leaf");
  }

  @Test
  void refusesAnotherId() {
    Svid svid = WEST.svid("shop", "web");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Svid(WEST.id("shop", "pay"), svid.chain(), svid.privateKey()))
        .withMessageContaining("its leaf is of spiffe://west.demo/ns/shop/sa/web");
  }

  @Test
  void refusesALeafThatPeersWouldRefuse() {
    Made ca = Verification.authority("x").uris(WEB.toString()).signedBy(ISSUER);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Svid.of(ca.chain(ISSUER), ca.privateKey()))
        .withMessageContaining("no X509-SVID: ")
        .withMessageContaining("cA=true");
  }

  @Test
  void neverPrintsItsKey() {
    Svid svid = WEST.svid("shop", "web");
    assertThat(svid.toString())
        .contains("spiffe://west.demo/ns/shop/sa/web")
        .doesNotContain("PrivateKey")
        .hasSizeLessThan(250);
  }
}
