package io.isthmus.control.rotation;

import static java.time.temporal.ChronoUnit.SECONDS;

import io.isthmus.control.authority.Phase;
import io.isthmus.control.authority.Rotation;
import io.isthmus.control.rotation.Stored.Signer;
import io.isthmus.control.rotation.Wish.Direction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The phases of the design, section 6, as one pure function.
 *
 * <pre>
 *   Steady --asked--> Prepared ------> DualTrust --all enforce both--> Switched
 *     ^                  |                ^ |                             | all leaves renewed
 *     | Forget           | abort          | | abort: to Prepared          v
 *     +------------------+                | | when nobody uses          Draining
 *     ^                                   | | the new one                 | nobody uses the old one
 *     |                                   | |                             v
 *     +--- all enforce the new one alone ---+------------------------- Retired
 *                                         +--- abort from Switched, Draining: issuers exchanged
 * </pre>
 *
 * Rules: an anchor leaves the bundle only when nobody has depended on it for a leaf's lifetime; an
 * issuer signs only when every verifier of every cluster that counts has been seen to enforce its
 * anchor for a while, without a gap, and a canary of it was believed at every linked cluster's
 * gateways; a report that is missing, older than {@link #FRESH} or of the future is no evidence.
 * Who fetches the bundle reports nothing: time stands for them. The way back needs no canary: the
 * issuer that it goes back to is one whose leaves live, or did when it was left.
 */
public final class RotationPlan {
  /** Reports are made at least each minute. */
  static final Duration FRESH = Duration.ofMinutes(3);

  /** Leaves are back-dated by as much; beyond it they would not be valid yet for some. */
  static final Duration SKEW_BOUND = Duration.ofMinutes(4);

  /** A proxy whose stream has ended is not counted until it is back, within a minute. */
  private static final Duration SETTLING = Duration.ofMinutes(2);

  /** A fetch may fail once, and the next may come as late as it may. */
  private static final int POLLS = 3;

  private RotationPlan() {}

  /** How long all verifiers must have been seen to enforce a bundle before a move relies on it. */
  static Duration settling(Duration leafLifetime) {
    Duration third = leafLifetime.dividedBy(3);
    return third.compareTo(SETTLING) < 0 ? third : SETTLING;
  }

  /** How exactly it is stored when the issuer that is not active was last in use. */
  static Duration useNoted(Duration leafLifetime) {
    Duration hundredth = leafLifetime.dividedBy(100);
    Duration least = Duration.ofSeconds(1);
    return hundredth.compareTo(least) > 0 ? hundredth : least;
  }

  public static Move next(Stored stored, Wish wish, Seen seen) {
    Rotation rotation = stored.rotation();
    if (rotation.phase() == Phase.STEADY) {
      return atRest(rotation, wish);
    }
    Wish words = wish.of(rotation);
    if (words.leftBehind().contains(stored.cluster())) {
      return new Move.Hold(
          List.of(
              "spec.rotation.leaveBehind names %s, which is this cluster: take it away"
                  .formatted(stored.cluster())));
    }
    Turn turn =
        new Turn(stored, stored.other().orElseThrow(), Evidence.of(stored, words, seen), seen);
    Move move = turn.towards(wish.direction());
    return move instanceof Move.Hold(List<String> reasons) && wish.passes() && !wish.isOf(rotation)
        ? new Move.Hold(
            Stream.concat(Stream.of(unheeded(rotation, wish)), reasons.stream()).toList())
        : move;
  }

  private static Move atRest(Rotation rotation, Wish wish) {
    if (wish.request().isEmpty() || wish.isOf(rotation)) {
      return new Move.Rest();
    }
    Wish.Request request = wish.request().get();
    List<String> first = new ArrayList<>();
    if (wish.direction() == Direction.BACK) {
      first.add(
          "spec.rotation.abort is true: take it away for rotation %s to begin"
              .formatted(request.id()));
    }
    if (wish.passes()) {
      first.add(
          "spec.rotation.%s is there before rotation %s has begun: take it away, and give it when %s waits"
              .formatted(wish.passing(), request.id(), request.id()));
    }
    return first.isEmpty() ? new Move.Begin(request.kind(), request.id()) : new Move.Hold(first);
  }

  private static String unheeded(Rotation rotation, Wish wish) {
    return "spec.rotation.%s is not given with the id of rotation %s, which runs: it does not count"
        .formatted(wish.passing(), rotation.id());
  }

  /** The next move of a rotation under way. */
  private record Turn(Stored stored, Signer other, Evidence evidence, Seen seen) {

    /**
     * To a lost issuer, or back to one, nothing is moved: it would sign nothing. So where the
     * active one is lost, only the way to the other one is open, which has the last key.
     */
    Move towards(Direction direction) {
      Move move =
          switch (direction) {
            case FORWARD -> forward();
            case BACK -> back();
          };
      Direction toOther =
          stored.rotation().phase().isSwitched() ? Direction.BACK : Direction.FORWARD;
      if (stored.active().isLost() && direction != toOther) {
        return held(
            move,
            switch (direction) {
              case FORWARD ->
                  "%s, signs the leaves: put one under that root there again, or say abort, which goes back to %s"
                      .formatted(stored.active(), other);
              case BACK -> "%s: take abort away".formatted(stored.active());
            });
      }
      return move instanceof Move.Exchange && other.isLost()
          ? new Move.Hold(List.of(other.toString()))
          : move;
    }

    /** That somebody uses the other one is noted all the same. */
    private static Move held(Move move, String why) {
      return move instanceof Move.InUse(List<String> users)
          ? new Move.InUse(Stream.concat(Stream.of(why), users.stream()).toList())
          : new Move.Hold(List.of(why));
    }

    private Move forward() {
      return switch (stored.rotation().phase()) {
        case STEADY -> new Move.Rest();
        case PREPARED -> new Move.Enter(Phase.DUAL_TRUST);
        case DUAL_TRUST -> whenItLasts(beforeSwitch(), new Move.Exchange(Phase.SWITCHED));
        case SWITCHED ->
            holdOr(
                evidence.since(stored.rotation().since()).leaves(stored),
                new Move.Enter(Phase.DRAINING));
        case DRAINING -> whenUnused(new Move.Enter(Phase.RETIRED));
        case RETIRED -> whenEnforced(new Move.Forget());
      };
    }

    private Move back() {
      return switch (stored.rotation().phase()) {
        case STEADY -> new Move.Rest();
        case PREPARED ->
            // the bundle has gone back to the active anchor alone: all verifiers follow it first
            whenEnforced(new Move.Forget());
        case DUAL_TRUST ->
            stored.rotation().otherLastUsed().equals(Instant.EPOCH)
                ? whenUnusedBySharing(new Move.Enter(Phase.PREPARED))
                : whenUnused(new Move.Enter(Phase.PREPARED));
        case SWITCHED ->
            // both have been enforced since before the switch: no time has to pass
            holdOr(evidence.notEnforcing(stored), new Move.Exchange(Phase.DUAL_TRUST));
        case DRAINING -> whenEnforced(new Move.Exchange(Phase.DUAL_TRUST));
        case RETIRED -> new Move.Enter(Phase.DRAINING);
      };
    }

    private static Move holdOr(List<String> missing, Move then) {
      return missing.isEmpty() ? then : new Move.Hold(missing);
    }

    /** Canaries are looked at when all acknowledge: before, they are bound to be refused. */
    private List<String> beforeSwitch() {
      List<String> missing = new ArrayList<>(evidence.skewed(other));
      missing.addAll(evidence.notEnforcing(stored));
      return missing.isEmpty()
          ? evidence.since(stored.rotation().since()).disbelieving(other)
          : missing;
    }

    /** {@code then}, once all have enforced the bundle for a while, and who fetches it has it. */
    private Move whenEnforced(Move then) {
      return whenItLasts(evidence.notEnforcing(stored), then);
    }

    /**
     * {@code then}, once nothing has been missing for a while, and who fetches the bundle has it.
     */
    private Move whenItLasts(List<String> missing, Move then) {
      if (!missing.isEmpty()) {
        return new Move.Hold(missing);
      }
      List<String> times = new ArrayList<>();
      Instant since = seen.enforcedSince().orElse(seen.now());
      Instant settled = since.plus(settling(stored.leafLifetime()));
      if (seen.now().isBefore(settled)) {
        times.add(
            "all proxies enforce %s since %s: it has to last until %s"
                .formatted(
                    stored.bundle(), since.truncatedTo(SECONDS), settled.truncatedTo(SECONDS)));
      }
      stored
          .polling()
          .filter(polling -> stored.hasTwoAnchors())
          .ifPresent(polling -> {
            Instant fetched = fetchedAt(polling);
            if (seen.now().isBefore(fetched)) {
              times.add(
                  "peers that fetch the bundle each %s: they have %s at %s"
                      .formatted(polling.hint(), stored.bundle(), fetched.truncatedTo(SECONDS)));
            }
          });
      return times.isEmpty() ? then : new Move.Settle(times);
    }

    private Instant fetchedAt(Stored.Polling polling) {
      Instant published = stored.rotation().since();
      Instant begin = polling.servedSince().isAfter(published) ? polling.servedSince() : published;
      return begin.plus(polling.hint().multipliedBy(POLLS));
    }

    /** The other has never signed here; a cluster that shares the trust domain may be ahead. */
    private Move whenUnusedBySharing(Move then) {
      Evidence sharing = evidence.ofSharing();
      List<String> users = new ArrayList<>(sharing.leaves(stored));
      if (stored.hasTwoAnchors()) {
        users.addAll(sharing.connections(other));
      }
      return users.isEmpty() ? then : new Move.Hold(users);
    }

    /** {@code then}, once nobody has depended on the other for as long as a leaf may live. */
    private Move whenUnused(Move then) {
      Evidence current = evidence.since(stored.rotation().since());
      List<String> users = new ArrayList<>(current.leaves(stored));
      if (stored.hasTwoAnchors()) {
        users.addAll(current.connections(other));
      }
      if (!users.isEmpty()) {
        return new Move.InUse(users);
      }
      Duration leaf = stored.leafLifetime();
      Instant last = stored.rotation().otherLastUsed();
      return seen.now().isBefore(last.plus(leaf).plus(useNoted(leaf)))
          ? new Move.Hold(
              List.of(
                  "a leaf's lifetime of %s since %s, when %s was last in use"
                      .formatted(leaf.truncatedTo(SECONDS), last.truncatedTo(SECONDS), other)))
          : then;
    }
  }
}
