package io.isthmus.control.expiry;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.certs.issuing.RootAuthority;
import io.isthmus.control.authority.Authority;
import io.isthmus.control.authority.AuthorityForm;
import io.isthmus.control.authority.Lifetimes;
import io.isthmus.control.authority.Phase;
import io.isthmus.control.authority.Roles;
import io.isthmus.control.authority.Roots;
import io.isthmus.control.authority.Rotation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which ends are warned of, and what is said. */
final class ExpiryRuleTest {
  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private static final Duration ISSUER_LIFE = Duration.ofHours(100);
  private static final AuthorityForm FORM =
      new AuthorityForm.Managed(
          new Lifetimes(Duration.ofHours(1_000), ISSUER_LIFE, Duration.ofHours(1), 0.66));
  private static final TrustDomain EAST = TrustDomain.of("east.test");
  private static final RootAuthority ROOT = root(1_000);
  private static final Issuer ISSUER = Issuer.create(ROOT, ISSUER_LIFE, () -> START);

  private static RootAuthority root(long hours) {
    return RootAuthority.create(EAST, Duration.ofHours(hours), () -> START);
  }

  private static Instant after(long hours) {
    return START.plus(Duration.ofHours(hours));
  }

  private static List<Expiry> own(Issuer issuer, Rotation rotation, Instant now) {
    return ExpiryRule.own(
        new Authority(
            new Roots(Roles.only(ROOT), ""),
            Roles.only(issuer),
            rotation,
            ROOT.bundle(1, Duration.ofMinutes(5)),
            new Authority.Version("1", "1")),
        FORM,
        now);
  }

  private static TrustBundle bundle(RootAuthority... roots) {
    return new TrustBundle(
        EAST, 1, Duration.ofMinutes(5), Stream.of(roots).map(RootAuthority::certificate).toList());
  }

  @Test
  void issuerThatWasNotReplacedByThreeQuartersOfItsLifeIsNamedWithItsEndAndTheRemedy() {
    assertThat(own(ISSUER, Rotation.NONE, after(75).minusSeconds(1))).isEmpty();
    assertThat(own(ISSUER, Rotation.NONE, after(75)))
        .singleElement()
        .satisfies(found -> {
          assertThat(found.kind().reason()).isEqualTo("IssuerExpiring");
          assertThat(found.end()).isEqualTo(after(100));
          assertThat(found.message())
              .contains(
                  Fingerprint.of(ISSUER.certificate()).substring(0, 16),
                  "ends at 2026-11-05T04:00:00Z",
                  "request: Issuer");
        });
  }

  @Test
  void rotationThatRunsIsWhereToLook() {
    Rotation running =
        Rotation.begun("auto-1", Rotation.Kind.ISSUER, START).in(Phase.DUAL_TRUST, START);
    assertThat(own(ISSUER, running, after(80)))
        .singleElement()
        .satisfies(found ->
            assertThat(found.message())
                .contains("rotation auto-1 is in phase DualTrust", "status.rotation.waitingFor"));
  }

  @Test
  void operatorIsToldWhereToPutTheNextOne() {
    Authority authority =
        new Authority(
            new Roots(Roles.only(ROOT), ""),
            Roles.only(ISSUER),
            Rotation.NONE,
            bundle(ROOT),
            new Authority.Version("1", "1"));
    assertThat(
            ExpiryRule.own(
                authority,
                new AuthorityForm.Operator("offline-issuer", Duration.ofHours(1)),
                after(80)))
        .singleElement()
        .satisfies(found ->
            assertThat(found.message())
                .contains("sign another, and put it into the Secret offline-issuer"));
  }

  @Test
  void whatHasEndedIsSaidToHaveEnded() {
    assertThat(own(ISSUER, Rotation.NONE, after(101)))
        .singleElement()
        .satisfies(found -> assertThat(found.message()).contains("ended at"));
  }

  @Test
  void rootIsWarnedOfAtFourFifthsOfItsLife() {
    Issuer fresh = Issuer.create(ROOT, ISSUER_LIFE, () -> after(790));
    assertThat(own(fresh, Rotation.NONE, after(799))).isEmpty();
    assertThat(own(fresh, Rotation.NONE, after(801)))
        .singleElement()
        .satisfies(found -> {
          assertThat(found.kind()).isEqualTo(Expiry.Kind.ROOT);
          assertThat(found.end()).isEqualTo(after(1_000));
          assertThat(found.message()).contains("no root is replaced by itself", "request: Root");
        });
  }

  @Test
  void rootIsWarnedOfEarlierWhenLessThanTwoIssuersLivesAreLeft() {
    RootAuthority shorter = root(250);
    Issuer issuer = Issuer.create(shorter, ISSUER_LIFE, () -> START);
    Authority authority =
        new Authority(
            new Roots(Roles.only(shorter), ""),
            Roles.only(issuer),
            Rotation.NONE,
            bundle(shorter),
            new Authority.Version("1", "1"));
    assertThat(ExpiryRule.own(authority, FORM, after(49))).isEmpty();
    assertThat(ExpiryRule.own(authority, FORM, after(51)))
        .extracting(Expiry::kind)
        .containsExactly(Expiry.Kind.ROOT);
  }

  @Test
  void theFirstEndComesFirst() {
    Issuer last = Issuer.create(ROOT, ISSUER_LIFE, () -> after(801));
    assertThat(own(last, Rotation.NONE, after(880)))
        .extracting(Expiry::kind)
        .containsExactly(Expiry.Kind.ISSUER, Expiry.Kind.ROOT);
  }

  @Test
  void lastAnchorOfAPeerIsNamedWithItsSource() {
    assertThat(ExpiryRule.peer(bundle(root(100)), "Link east", after(79))).isEmpty();
    assertThat(ExpiryRule.peer(bundle(root(100)), "Link east", after(81)))
        .hasValueSatisfying(found -> {
          assertThat(found.kind().reason()).isEqualTo("BundleAnchorExpiring");
          assertThat(found.message())
              .contains("east.test", "from Link east", "ends at 2026-11-05T04:00:00Z");
        });
  }

  @Test
  void peerThatHasALaterAnchorIsRotating() {
    assertThat(ExpiryRule.peer(bundle(root(100), root(1_000)), "Link east", after(99))).isEmpty();
  }
}
