package io.isthmus.control.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.api.trust.TrustEnforcement.Reporter;
import io.isthmus.control.authority.Phase;
import io.isthmus.control.authority.Rotation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Single decisions; histories of them are in {@link RotationProperties}. */
final class RotationPlanTest {
  private static final Duration LEAF = Duration.ofHours(24);
  private static final Generation BUNDLE = new Generation(7, "sha256:7");
  private static final Instant BEGIN = Instant.parse("2030-01-01T00:00:00Z");

  private final Settling settling = new Settling();
  private final List<Verifiers> verifiers = new ArrayList<>();
  private Stored.Signer active = new Stored.Signer("old", "old-root", Instant.EPOCH);
  private Stored.Signer other = new Stored.Signer("new", "new-root", Instant.EPOCH);
  private Phase phase = Phase.DUAL_TRUST;
  private Instant otherLastUsed = BEGIN;
  private Optional<Stored.Polling> polling = Optional.empty();
  private Wish wish = wish("r1", Set.of(), Set.of());
  private Instant now = BEGIN;

  private static Wish wish(String id, Set<String> leaveBehind, Set<String> passOver) {
    return new Wish(
        Optional.of(new Wish.Request(Rotation.Kind.ROOT, id)),
        Wish.Direction.FORWARD,
        leaveBehind,
        passOver);
  }

  private static Wish back() {
    return new Wish(
        Optional.of(new Wish.Request(Rotation.Kind.ROOT, "r1")),
        Wish.Direction.BACK,
        Set.of(),
        Set.of());
  }

  private Verifiers report(String cluster, Instant at, Behind behind) {
    return new Verifiers(
        cluster,
        Optional.of(at),
        Set.of(BUNDLE),
        behind,
        new Use(Map.of(), Map.of(), Map.of(), behind.silent().size()),
        Duration.ZERO,
        new Canary.NotNeeded(),
        Kinship.OWN);
  }

  private void allEnforce() {
    verifiers.clear();
    verifiers.add(report("west", now, Behind.NOBODY));
  }

  private Stored stored() {
    return new Stored(
        "west",
        new Rotation("r1", Rotation.Kind.ROOT, phase, BEGIN, otherLastUsed),
        active,
        Optional.of(other),
        BUNDLE,
        LEAF,
        polling);
  }

  private Move next() {
    Move move =
        RotationPlan.next(stored(), wish, new Seen(verifiers, settling.since(stored(), now), now));
    settling.decided(move, stored(), now);
    return move;
  }

  private void pass(long seconds) {
    now = now.plusSeconds(seconds);
  }

  private static Behind silent(String... proxies) {
    return new Behind(
        proxies.length,
        List.of(proxies).stream().map(Reporter::waitingForSilent).toList(),
        List.of(),
        List.of(proxies));
  }

  @Test
  void thatAllEnforceHasToLastWithoutAGap() {
    allEnforce();
    assertThat(next()).isInstanceOf(Move.Settle.class);
    pass(100);
    verifiers.set(
        0, report("west", now, new Behind(1, List.of("shop/web-1"), List.of(), List.of())));
    assertThat(next().waitingFor()).containsExactly("west/shop/web-1");
    allEnforce();
    assertThat(next()).isInstanceOf(Move.Settle.class);
    pass(119);
    allEnforce();
    assertThat(next()).isInstanceOf(Move.Settle.class);
    pass(1);
    assertThat(next()).isEqualTo(new Move.Exchange(Phase.SWITCHED));
  }

  @Test
  void whoDidNotLookForAWhileHasSeenNothingLast() {
    allEnforce();
    assertThat(next()).isInstanceOf(Move.Settle.class);
    pass(121);
    allEnforce();
    assertThat(next()).isInstanceOf(Move.Settle.class);
  }

  @Test
  void settlingIsShortWhereLeavesAre() {
    assertThat(RotationPlan.settling(Duration.ofSeconds(30))).isEqualTo(Duration.ofSeconds(10));
    assertThat(RotationPlan.settling(LEAF)).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void whoFetchesTheBundleIsGivenThreeOfItsHints() {
    polling = Optional.of(new Stored.Polling(Duration.ofMinutes(5), BEGIN.minusSeconds(60)));
    for (Phase each : List.of(Phase.DUAL_TRUST, Phase.RETIRED)) {
      phase = each;
      now = BEGIN;
      while (now.isBefore(BEGIN.plus(Duration.ofMinutes(15)))) {
        allEnforce();
        Move move = next();
        assertThat(move).as("%s at %s", each, now).isInstanceOf(Move.Settle.class);
        assertThat(move.waitingFor()).last().asString().endsWith("at 2030-01-01T00:15:00Z");
        pass(60);
      }
      allEnforce();
      assertThat(next()).as("%s at %s", each, now).isNotInstanceOf(Move.Settle.class);
    }
  }

  @Test
  void hintsOfBeforeTheBundleWasServedDoNotCount() {
    polling = Optional.of(new Stored.Polling(Duration.ofMinutes(5), BEGIN.plusSeconds(60)));
    allEnforce();
    assertThat(next().waitingFor()).last().asString().endsWith("at 2030-01-01T00:16:00Z");
  }

  @Test
  void reportOfTheFutureIsNoEvidenceAndNamesClusterAndTimes() {
    allEnforce();
    Instant ahead = now.plus(RotationPlan.SKEW_BOUND).plusSeconds(10);
    verifiers.add(report("north", ahead, Behind.NOBODY));
    assertThat(next().waitingFor())
        .singleElement()
        .asString()
        .startsWith(
            "north reports as of " + ahead + ", which is more than PT4M ahead of the clock here");
    pass(1); // says the same, else it would be written each second
    assertThat(next().waitingFor()).first().asString().contains("north reports as of " + ahead);
  }

  @Test
  void timesAreShownToTheSecond() {
    now = BEGIN.plusNanos(123_456_789);
    polling = Optional.of(new Stored.Polling(Duration.ofMinutes(5), now));
    allEnforce();
    assertThat(next().waitingFor())
        .containsExactly(
            "all proxies enforce sequence 7 since 2030-01-01T00:00:00Z: it has to last until 2030-01-01T00:02:00Z",
            "peers that fetch the bundle each PT5M: they have sequence 7 at 2030-01-01T00:15:00Z");
    verifiers.add(report("north", now.minus(RotationPlan.FRESH).minusNanos(1), Behind.NOBODY));
    assertThat(next().waitingFor())
        .containsExactly("north has not reported since 2029-12-31T23:57:00Z");
    verifiers.set(
        1, report("north", now.plus(RotationPlan.SKEW_BOUND).plusNanos(1_000_000), Behind.NOBODY));
    assertThat(next().waitingFor())
        .singleElement()
        .asString()
        .startsWith("north reports as of 2030-01-01T00:04:00Z,");
  }

  @Test
  void oneReplicaOfTheFutureIsEnough() {
    Instant ahead = now.plus(RotationPlan.SKEW_BOUND).plusSeconds(1);
    verifiers.add(
        Verifiers.merged(
            "west",
            List.of(report("west", now, Behind.NOBODY), report("west", ahead, Behind.NOBODY)),
            now));
    assertThat(next().waitingFor()).singleElement().asString().startsWith("west reports as of");
  }

  @Test
  void silentProxyIsPassedOverByNameAloneAndWithItsRotation() {
    verifiers.add(report("west", now, silent("shop/envoy-1", "shop/envoy-2")));
    verifiers.add(report("north", now, silent("shop/envoy-1")));
    assertThat(next().waitingFor()).hasSize(3);
    wish = wish("r1", Set.of(), Set.of("shop/envoy-1"));
    assertThat(next().waitingFor())
        .containsExactly(
            "west/shop/envoy-2 (reports nothing)", "north/shop/envoy-1 (reports nothing)");
    wish = wish("r2", Set.of(), Set.of("shop/envoy-1"));
    assertThat(next().waitingFor())
        .hasSize(4)
        .startsWith(
            "spec.rotation.passOver is not given with the id of rotation r1, which runs: it does not count");
    wish = wish("r1", Set.of(), Set.of("shop/envoy-1", "west/shop/envoy-2", "north/shop/envoy-1"));
    assertThat(next()).isInstanceOf(Move.Settle.class);
  }

  @Test
  void proxyThatRefusesOrIsLateIsNeverPassedOver() {
    wish = wish("r1", Set.of(), Set.of("shop/web-1", "shop/web-2"));
    verifiers.add(
        report(
            "west",
            now,
            new Behind(
                2,
                List.of("shop/web-1 (sequence 6, 4 s ago)", "shop/web-2 (sequence 6, 4 s ago)"),
                List.of("shop/web-2 sequence 7: own leaf would be locked out"),
                List.of())));
    assertThat(next().waitingFor())
        .containsExactly(
            "west/shop/web-1 (sequence 6, 4 s ago)",
            "west/shop/web-2 (sequence 6, 4 s ago)",
            "west/shop/web-2 sequence 7: own leaf would be locked out");
  }

  @Test
  void manySilentProxiesOfWhichNotAllAreNamedAreNotPassedOver() {
    wish = wish("r1", Set.of(), Set.of("shop/envoy-1"));
    verifiers.add(
        report("west", now, new Behind(2, List.of(), List.of(), List.of("shop/envoy-1"))));
    assertThat(next().waitingFor()).containsExactly("west/1 proxies");
  }

  @Test
  void anotherIdWaitsUntilTheRotationThatRunsHasEnded() {
    wish = wish("r2", Set.of(), Set.of());
    for (Phase each : List.of(Phase.DUAL_TRUST, Phase.SWITCHED, Phase.DRAINING, Phase.RETIRED)) {
      phase = each;
      allEnforce();
      assertThat(next()).isNotInstanceOf(Move.Begin.class);
    }
    phase = Phase.STEADY;
    assertThat(next()).isEqualTo(new Move.Begin(Rotation.Kind.ROOT, "r2"));
  }

  @Test
  void wordsThatStandBeforeTheBeginHoldIt() {
    phase = Phase.STEADY;
    wish =
        new Wish(
            wish.request().map(asked -> new Wish.Request(asked.kind(), "r2")),
            Wish.Direction.BACK,
            Set.of("north"),
            Set.of("shop/envoy-1"));
    assertThat(next().waitingFor())
        .hasSize(2)
        .startsWith("spec.rotation.abort is true: take it away for rotation r2 to begin");
  }

  @Test
  void clusterThatSharesTheTrustDomainCountsSequencesOfItsOwn() {
    allEnforce();
    verifiers.add(sharing(new Generation(1_000, BUNDLE.digest()), Use.NONE));
    assertThat(next()).isInstanceOf(Move.Settle.class);
    allEnforce();
    verifiers.add(sharing(new Generation(BUNDLE.sequence(), "sha256:other"), Use.NONE));
    assertThat(next().waitingFor())
        .singleElement()
        .satisfies(line ->
            assertThat(line)
                .as("equal sequences are told from each other by their digests")
                .startsWith(
                    "east hands out sequence 7 (sha256:other), expected sequence 7 (sha256:7), or")
                .contains("same roots"));
  }

  private Verifiers sharing(Generation generation, Use use) {
    return new Verifiers(
        "east",
        Optional.of(now),
        Set.of(generation),
        Behind.NOBODY,
        use,
        Duration.ZERO,
        new Canary.NotNeeded(),
        Kinship.SHARED);
  }

  @Test
  void rootStaysWhileLeavesOfAClusterThatSharesTheTrustDomainMayStandOnIt() {
    phase = Phase.DRAINING;
    for (String root : List.of("new-root", "")) {
      allEnforce();
      Use use = new Use(Map.of("theirs", 3), Map.of(root, 3), Map.of(), 0);
      verifiers.add(sharing(new Generation(1_000, BUNDLE.digest()), use));
      assertThat(next().waitingFor())
          .containsExactly("east has 3 leaves that do not stand on the root old-root");
    }
  }

  @Test
  void rotationIsNotTakenBackWhileAClusterThatSharesTheTrustDomainIsAhead() {
    wish = back();
    otherLastUsed = Instant.EPOCH;
    allEnforce();
    assertThat(next()).isEqualTo(new Move.Enter(Phase.PREPARED));
    Use ahead = new Use(Map.of("theirs", 3), Map.of("new-root", 3), Map.of(), 0);
    verifiers.add(sharing(new Generation(1_000, BUNDLE.digest()), ahead));
    assertThat(next().waitingFor())
        .containsExactly("east has 3 leaves that do not stand on the root old-root");
  }

  /** What is done when all has been as it should for long enough. */
  private Move settled() {
    allEnforce();
    next();
    pass(120);
    allEnforce();
    return next();
  }

  @Test
  void rotationWhoseActiveIssuerIsLostAfterTheSwitchGoesBackAndNotOn() {
    active = Stored.Signer.lost("old-root");
    otherLastUsed = BEGIN.minus(LEAF).minus(LEAF);
    for (Phase each : List.of(Phase.SWITCHED, Phase.DRAINING, Phase.RETIRED)) {
      phase = each;
      wish = wish("r1", Set.of(), Set.of());
      assertThat(settled()).as("forward in %s", each).isInstanceOf(Move.Hold.class);
      assertThat(next().waitingFor())
          .singleElement()
          .satisfies(line ->
              assertThat(line)
                  .contains("the root old-root, which is lost", "say abort", "the issuer new"));
      wish = back();
      assertThat(settled())
          .as("back in %s", each)
          .isEqualTo(
              each == Phase.RETIRED
                  ? new Move.Enter(Phase.DRAINING)
                  : new Move.Exchange(Phase.DUAL_TRUST));
    }
  }

  @Test
  void rotationWhoseActiveIssuerIsLostBeforeTheSwitchGoesOnAndNotBack() {
    active = Stored.Signer.lost("old-root");
    for (Phase each : List.of(Phase.PREPARED, Phase.DUAL_TRUST)) {
      phase = each;
      wish = back();
      assertThat(settled().waitingFor())
          .singleElement()
          .satisfies(line -> assertThat(line).endsWith("which is lost: take abort away"));
    }
    wish = wish("r1", Set.of(), Set.of());
    assertThat(settled()).isEqualTo(new Move.Exchange(Phase.SWITCHED));
  }

  @Test
  void useOfTheOtherIssuerIsNotedThoughTheActiveOneIsLost() {
    active = Stored.Signer.lost("old-root");
    phase = Phase.DRAINING;
    verifiers.add(
        sharing(BUNDLE, new Use(Map.of("new", 1), Map.of("new-root", 1), Map.of(), 0))
            .of(Kinship.OWN));
    assertThat(next()).isInstanceOf(Move.InUse.class);
    assertThat(next().waitingFor()).hasSize(2).first().asString().contains("say abort");
  }

  @Test
  void whoIsLinkedToSeveralClustersOfTheTrustDomainHasTheBundleOfAnyOfThem() {
    allEnforce();
    Generation ofEast = new Generation(1_000, BUNDLE.digest());
    verifiers.add(sharing(ofEast, Use.NONE));
    verifiers.add(sharing(ofEast, Use.NONE).of(Kinship.OTHER_OF_SHARED));
    assertThat(next()).isInstanceOf(Move.Settle.class);
    verifiers.set(2, sharing(ofEast, Use.NONE).of(Kinship.OTHER));
    assertThat(next().waitingFor())
        .containsExactly("east hands out sequence 1000, expected sequence 7");
    now = BEGIN.minusSeconds(1);
    verifiers.set(2, sharing(ofEast, Use.NONE).of(Kinship.OTHER_OF_SHARED));
    now = BEGIN;
    assertThat(next().waitingFor())
        .as("seen before the phase, of which the bundle may have been taken back meanwhile")
        .containsExactly("east has not reported since 2029-12-31T23:59:59Z");
  }

  @Test
  void issuerIsRotatedWhileAClusterThatSharesTheTrustDomainReplacesTheRoot() {
    other = new Stored.Signer("new", "old-root", Instant.EPOCH);
    allEnforce();
    verifiers.add(sharing(new Generation(1_000, "sha256:both-roots"), Use.NONE));
    assertThat(next()).isInstanceOf(Move.Settle.class);
  }

  @Test
  void replicaThatIsLateHidesNoneThatHandsOutAnotherBundle() {
    allEnforce();
    verifiers.add(
        Verifiers.merged(
                "east",
                List.of(
                    sharing(new Generation(999, BUNDLE.digest()), Use.NONE),
                    sharing(new Generation(1_000, "sha256:other"), Use.NONE)),
                now)
            .with(new Canary.NotNeeded())
            .of(Kinship.SHARED));
    assertThat(next().waitingFor())
        .singleElement()
        .asString()
        .startsWith("east hands out sequence 1000, expected sequence 7");
  }
}
