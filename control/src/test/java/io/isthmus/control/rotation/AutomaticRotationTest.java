package io.isthmus.control.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.certs.issuing.OfferedIssuer;
import io.isthmus.certs.issuing.RootAuthority;
import io.isthmus.control.authority.Authority;
import io.isthmus.control.authority.AuthorityForm;
import io.isthmus.control.authority.Lifetimes;
import io.isthmus.control.authority.Phase;
import io.isthmus.control.authority.Roles;
import io.isthmus.control.authority.Roots;
import io.isthmus.control.authority.Rotation;
import io.isthmus.control.rotation.Wish.Direction;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a new issuer is asked for by nobody. */
final class AutomaticRotationTest {
  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private static final Instant DUE = START.plus(Duration.ofHours(66));
  private static final Lifetimes LIFETIMES =
      new Lifetimes(Duration.ofHours(1_000), Duration.ofHours(100), Duration.ofHours(1), 0.66);
  private static final RootAuthority ROOT =
      RootAuthority.create(TrustDomain.of("east.test"), LIFETIMES.root(), () -> START);
  private static final Issuer ISSUER = Issuer.create(ROOT, LIFETIMES.issuer(), () -> START);
  private static final Rotation NONE = Rotation.NONE;

  private static Authority authority(Issuer issuer, Rotation rotation) {
    return new Authority(
        new Roots(Roles.only(ROOT), ""),
        Roles.only(issuer),
        rotation,
        ROOT.bundle(1, Duration.ofMinutes(5)),
        new Authority.Version("1", "1"));
  }

  private static AutomaticRotation.Present managed(Authority seen, Lifetimes lifetimes) {
    return new AutomaticRotation.Present(
        seen, new AuthorityForm.Managed(lifetimes), Optional.empty());
  }

  private static AutomaticRotation.Present offered(Issuer offered, RootAuthority root) {
    return new AutomaticRotation.Present(
        authority(ISSUER, NONE),
        new AuthorityForm.Operator("offline-issuer", LIFETIMES.leaf()),
        Optional.of(new OfferedIssuer(offered, root)));
  }

  private static Rotation ended(String id) {
    return Rotation.begun(id, Rotation.Kind.ISSUER, START).in(Phase.STEADY, START);
  }

  private static Wish asked(String id, Direction direction) {
    return new Wish(
        Optional.of(new Wish.Request(Rotation.Kind.ROOT, id)), direction, Set.of(), Set.of());
  }

  private static Optional<String> id(Wish asked, Rotation last, Instant now) {
    return AutomaticRotation.onto(asked, managed(authority(ISSUER, last), LIFETIMES), now)
        .request()
        .map(Wish.Request::id);
  }

  private static String auto(Issuer issuer) {
    return "auto-" + Fingerprint.of(issuer.certificate()).substring(0, 8);
  }

  @Test
  void issuerIsReplacedOnceItHasLivedItsPart() {
    assertThat(id(Wish.NOTHING, NONE, DUE.minusSeconds(1))).isEmpty();
    assertThat(
            AutomaticRotation.onto(Wish.NOTHING, managed(authority(ISSUER, NONE), LIFETIMES), DUE))
        .isEqualTo(
            Wish.NOTHING.asking(Optional.of(new Wish.Request(Rotation.Kind.ISSUER, auto(ISSUER)))));
  }

  @Test
  void zeroSwitchesItOff() {
    Lifetimes never = new Lifetimes(LIFETIMES.root(), LIFETIMES.issuer(), LIFETIMES.leaf(), 0);
    assertThat(AutomaticRotation.onto(Wish.NOTHING, managed(authority(ISSUER, NONE), never), DUE))
        .isEqualTo(Wish.NOTHING);
  }

  @Test
  void requestOfAnOperatorGoesFirst() {
    assertThat(id(asked("r1", Direction.FORWARD), NONE, DUE)).contains("r1");
  }

  @Test
  void nothingBeginsWhileAnotherRuns() {
    Rotation running = Rotation.begun("r1", Rotation.Kind.ROOT, START);
    assertThat(id(asked("r1", Direction.FORWARD), running, DUE)).contains("r1");
    assertThat(id(Wish.NOTHING, running, DUE)).isEmpty();
  }

  @Test
  void abortKeepsEverythingAsItIs() {
    assertThat(id(asked("r1", Direction.BACK), ended("r1"), DUE)).contains("r1");
  }

  @Test
  void requestThatWasAnsweredIsNoNewOneAfterIt() {
    Wish asked = asked("r1", Direction.FORWARD);
    String first = id(asked, ended("r1"), DUE).orElseThrow();
    assertThat(first).startsWith(auto(ISSUER) + "-");
    Rotation running = Rotation.begun(first, Rotation.Kind.ISSUER, DUE);
    assertThat(id(asked, running, DUE)).isEmpty();
    assertThat(id(asked, ended(first), START)).isEmpty();
    assertThat(id(asked("r2", Direction.FORWARD), ended(first), START)).contains("r2");

    Issuer second = Issuer.create(ROOT, LIFETIMES.issuer(), () -> DUE);
    String next =
        AutomaticRotation.onto(
                asked,
                managed(authority(second, ended(first)), LIFETIMES),
                DUE.plus(LIFETIMES.issuer()))
            .request()
            .orElseThrow()
            .id();
    assertThat(next).startsWith(auto(second)).endsWith(first.substring(auto(ISSUER).length()));
    assertThat(id(asked, ended(next), START)).isEmpty();
  }

  @Test
  void oneThatWasAbortedIsNotBegunAgain() {
    assertThat(id(Wish.NOTHING, ended(auto(ISSUER)), DUE)).isEmpty();
  }

  @Test
  void idOfOursThatStandsInTheObjectAsksForNothing() {
    assertThat(id(asked(auto(ISSUER), Direction.FORWARD), ended("auto-01234567"), START)).isEmpty();
    Rotation running = Rotation.begun(auto(ISSUER), Rotation.Kind.ISSUER, START);
    assertThat(id(asked(auto(ISSUER), Direction.FORWARD), running, START)).contains(auto(ISSUER));
  }

  @Test
  void whatAnOperatorOffersIsWantedUnderTheRootThatVerifiersHaveOrUnderAnother() {
    Issuer next = Issuer.create(ROOT, LIFETIMES.issuer(), () -> START);
    String id = "operator-" + Fingerprint.of(next.certificate()).substring(0, 8);
    assertThat(AutomaticRotation.onto(Wish.NOTHING, offered(next, ROOT), START).request())
        .contains(new Wish.Request(Rotation.Kind.ISSUER, id));
    RootAuthority other =
        RootAuthority.create(TrustDomain.of("east.test"), LIFETIMES.root(), () -> START);
    Issuer below = Issuer.create(other, LIFETIMES.issuer(), () -> START);
    assertThat(AutomaticRotation.onto(Wish.NOTHING, offered(below, other), START).request())
        .map(Wish.Request::kind)
        .contains(Rotation.Kind.ROOT);
  }

  @Test
  void nothingIsMadeHereWhereAnOperatorSigns() {
    AutomaticRotation.Present none =
        new AutomaticRotation.Present(
            authority(ISSUER, NONE),
            new AuthorityForm.Operator("offline-issuer", LIFETIMES.leaf()),
            Optional.empty());
    assertThat(AutomaticRotation.onto(asked("r1", Direction.FORWARD), none, DUE).request())
        .isEmpty();
  }

  @Test
  void issuerThatLastsAsLongAsItsRootIsNotReplaced() {
    Instant late = START.plus(Duration.ofHours(950));
    Issuer last = Issuer.create(ROOT, LIFETIMES.issuer(), () -> late);
    assertThat(
            AutomaticRotation.onto(
                    Wish.NOTHING,
                    managed(authority(last, NONE), LIFETIMES),
                    START.plus(Duration.ofHours(999)))
                .request())
        .isEmpty();
  }
}
