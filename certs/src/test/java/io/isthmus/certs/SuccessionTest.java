package io.isthmus.certs;

import static io.isthmus.certs.Verification.ROOT;
import static io.isthmus.certs.Verification.WEST;
import static io.isthmus.certs.Verification.authority;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.isthmus.certs.testing.Made;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SuccessionTest {
  static final Made OTHER = authority("other").selfSigned();

  static TrustBundle bundle(long sequence, X509Certificate... anchors) {
    return new TrustBundle(WEST.trustDomain(), sequence, Duration.ZERO, List.of(anchors));
  }

  @Test
  void aHigherSequenceIsNewer() {
    assertThat(Succession.check(bundle(7, ROOT.certificate()), bundle(9, OTHER.certificate())))
        .isEqualTo(new Succession.Newer(7, 9));
  }

  @Test
  void theSameAnchorsUnderTheSameSequenceAreTheSame() {
    assertThat(
            Succession.check(
                bundle(7, ROOT.certificate(), OTHER.certificate()),
                bundle(7, OTHER.certificate(), ROOT.certificate())))
        .isEqualTo(new Succession.Same(7));
  }

  @Test
  void aLowerSequenceIsARegress() {
    assertThat(Succession.check(bundle(7, ROOT.certificate()), bundle(6, ROOT.certificate())))
        .isEqualTo(new Succession.Regress(7, 6));
  }

  @Test
  void otherAnchorsUnderTheSameSequenceAreAConflict() {
    TrustBundle current = bundle(7, ROOT.certificate());
    TrustBundle next = bundle(7, OTHER.certificate());
    assertThat(Succession.check(current, next))
        .isEqualTo(new Succession.Conflict(7, current.digest(), next.digest()));
    assertThat(Succession.check(current, bundle(7))).isInstanceOf(Succession.Conflict.class);
  }

  /** Else one verifier believes what another does not, and both acknowledge the same. */
  @Test
  void othersRevokedUnderTheSameSequenceAreAConflict() {
    TrustBundle current = bundle(7, ROOT.certificate());
    TrustBundle next =
        new TrustBundle(
            current.trustDomain(),
            7,
            current.refreshHint(),
            current.anchors(),
            Set.of(Fingerprint.of(OTHER.certificate())));
    assertThat(Succession.check(current, next))
        .isEqualTo(new Succession.Conflict(7, current.digest(), next.digest()));
    assertThat(Succession.check(next, current)).isInstanceOf(Succession.Conflict.class);
    assertThat(Succession.check(next, next)).isEqualTo(new Succession.Same(7));
  }

  @Test
  void anotherTrustDomainsBundleFollowsNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Succession.check(bundle(7), Verification.bundle(TrustDomain.of("east.demo"))))
        .withMessage("bundle of east.demo cannot follow one of west.demo");
  }
}
