package io.isthmus.certs;

import static io.isthmus.certs.Verification.ISSUER;
import static io.isthmus.certs.Verification.NOW;
import static io.isthmus.certs.Verification.ROOT;
import static io.isthmus.certs.Verification.WEB;
import static io.isthmus.certs.Verification.WEST;
import static io.isthmus.certs.Verification.authority;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import io.isthmus.certs.testing.CertificateRecipe;
import io.isthmus.certs.testing.Made;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Bundles as values, written and named by their digest. */
class TrustBundleTest {
  @Test
  void writesWhatItReads() throws Exception {
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(2048);
    Made other = authority("rsa").key(rsa.generateKeyPair()).selfSigned();
    TrustBundle bundle =
        new TrustBundle(
            WEST.trustDomain(),
            41,
            Duration.ofSeconds(90),
            List.of(ROOT.certificate(), other.certificate()));
    assertThat(TrustBundle.parseJwks(WEST.trustDomain(), bundle.toJwks())).isEqualTo(bundle);
  }

  @Test
  void whatIsRevokedTravelsAndLeavesTheDigestAlone() throws Exception {
    String gone = Fingerprint.of(authority("gone").selfSigned().certificate());
    TrustBundle plain = Verification.bundle(ROOT);
    TrustBundle revoking =
        new TrustBundle(
            plain.trustDomain(),
            plain.sequence(),
            plain.refreshHint(),
            plain.anchors(),
            Set.of(gone));
    assertThat(new String(revoking.toJwks(), UTF_8))
        .contains("\"isthmus_revoked\":[\"" + gone + "\"]");
    assertThat(TrustBundle.parseJwks(WEST.trustDomain(), revoking.toJwks())).isEqualTo(revoking);
    assertThat(revoking.digest()).isNotEqualTo(plain.digest());
    assertThat(JWKSet.parse(new String(revoking.toJwks(), UTF_8)).getKeys()).hasSize(1);
    assertThat(new String(plain.toJwks(), UTF_8)).doesNotContain("isthmus_revoked");
  }

  @Test
  void anAnchorIsTrustedOrRevokedNotBoth() {
    TrustBundle plain = Verification.bundle(ROOT);
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new TrustBundle(
                plain.trustDomain(),
                plain.sequence(),
                plain.refreshHint(),
                plain.anchors(),
                Set.of(Fingerprint.of(ROOT.certificate()))))
        .withMessageContaining("is also revoked: expected one of the two");
  }

  @Test
  void writesWhatAnotherJwkParserReads() throws Exception {
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(2048);
    Made other = authority("rsa").key(rsa.generateKeyPair()).selfSigned();
    TrustBundle bundle = Verification.bundle(ROOT, other);
    List<JWK> keys = JWKSet.parse(new String(bundle.toJwks(), UTF_8)).getKeys();
    assertThat(keys).hasSize(2);
    for (int i = 0; i < 2; i++) {
      JWK jwk = keys.get(i);
      X509Certificate certificate = bundle.anchors().get(i);
      assertThat(jwk.getKeyUse().identifier()).isEqualTo("x509-svid");
      assertThat(jwk.getKeyID()).isNull();
      assertThat(jwk.getParsedX509CertChain()).containsExactly(certificate);
      assertThat(((AsymmetricJWK) jwk).toPublicKey()).isEqualTo(certificate.getPublicKey());
    }
  }

  @Test
  void theDigestIsOfTheAnchorsAndNothingElse() {
    Made other = authority("other").selfSigned();
    TrustBundle one = Verification.bundle(ROOT, other);
    TrustBundle turned = Verification.bundle(other, ROOT);
    assertThat(one.digest()).matches("sha256:[0-9a-f]{64}").isEqualTo(turned.digest());
    assertThat(one.digest()).isNotEqualTo(Verification.bundle(ROOT).digest());
    assertThat(Verification.bundle().digest())
        .isNotEqualTo(Verification.bundle(TrustDomain.of("east.demo")).digest());
  }

  @Test
  void anAnchorCountsOnce() {
    assertThat(Verification.bundle(ROOT, ROOT)).isEqualTo(Verification.bundle(ROOT));
  }

  @Test
  void aBundleHoldsOnlyAuthoritiesWithinBounds() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Verification.bundle(CertificateRecipe.leaf(WEB, NOW).signedBy(ISSUER)))
        .withMessageContaining("expected a CA certificate");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TrustBundle(WEST.trustDomain(), -1, Duration.ZERO, List.of()))
        .withMessageContaining("sequence -1 of west.demo");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new TrustBundle(WEST.trustDomain(), 1, Duration.ofSeconds(-1), List.of()));
    assertThat(
            new TrustBundle(
                    WEST.trustDomain(),
                    1,
                    Duration.ZERO,
                    Collections.nCopies(64, ROOT.certificate()))
                .anchors())
        .hasSize(1);
  }
}
