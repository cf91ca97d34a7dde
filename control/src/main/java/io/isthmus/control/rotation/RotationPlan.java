package io.isthmus.control.rotation;

import io.isthmus.control.authority.Phase;
import io.isthmus.control.authority.Rotation;
import io.isthmus.control.rotation.Stored.Signer;
import io.isthmus.control.rotation.Wish.Direction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
 * issuer signs only when every verifier of every cluster that counts enforces its anchor, and a
 * canary of it was believed at every linked cluster's gateways; a report that is missing or older
 * than {@link #FRESH} is no evidence. The way back needs no canary: the issuer that it goes back to
 * is one whose leaves live, or did when it was left.
 */
public final class RotationPlan {
  /** Reports are made at least each minute. */
  static final Duration FRESH = Duration.ofMinutes(3);

  /** Leaves are back-dated by as much; beyond it they would not be valid yet for some. */
  static final Duration SKEW_BOUND = Duration.ofMinutes(4);

  private RotationPlan() {}

  public static Move next(Stored stored, Wish wish, List<Verifiers> all, Instant now) {
    Evidence evidence =
        new Evidence(
            all.stream()
                .filter(verifiers -> !wish.leftBehind().contains(verifiers.cluster()))
                .toList(),
            now.minus(FRESH),
            now);
    Rotation rotation = stored.rotation();
    if (rotation.phase() == Phase.STEADY) {
      return atRest(rotation, wish);
    }
    Signer other = stored.other().orElseThrow();
    return switch (wish.direction()) {
      case FORWARD -> forward(stored, other, evidence);
      case BACK -> back(stored, other, evidence);
    };
  }

  private static Move atRest(Rotation rotation, Wish wish) {
    return wish.request()
        .filter(request -> wish.direction() == Direction.FORWARD)
        .filter(request -> !request.id().equals(rotation.id()))
        .<Move>map(request -> new Move.Begin(request.kind(), request.id()))
        .orElseGet(Move.Rest::new);
  }

  private static Move forward(Stored stored, Signer other, Evidence evidence) {
    return switch (stored.rotation().phase()) {
      case STEADY -> new Move.Rest();
      case PREPARED -> new Move.Enter(Phase.DUAL_TRUST);
      case DUAL_TRUST ->
          evidence.holdOr(beforeSwitch(stored, other, evidence), new Move.Exchange(Phase.SWITCHED));
      case SWITCHED -> evidence.inUseOr(evidence.leaves(other), new Move.Enter(Phase.DRAINING));
      case DRAINING -> unused(stored, other, evidence, new Move.Enter(Phase.RETIRED));
      case RETIRED ->
          evidence.holdOr(evidence.notEnforcing(stored.bundle(), List.of()), new Move.Forget());
    };
  }

  /** Canaries are looked at when all acknowledge: before, they are bound to be refused. */
  private static List<String> beforeSwitch(Stored stored, Signer next, Evidence evidence) {
    List<String> missing = evidence.notEnforcing(stored.bundle(), evidence.skewed(next));
    return missing.isEmpty()
        ? evidence.since(stored.rotation().since()).disbelieving(next)
        : missing;
  }

  private static Move back(Stored stored, Signer other, Evidence evidence) {
    return switch (stored.rotation().phase()) {
      case STEADY -> new Move.Rest();
      case PREPARED ->
          // the bundle has gone back to the active anchor alone: all verifiers follow it first
          evidence.holdOr(evidence.notEnforcing(stored.bundle(), List.of()), new Move.Forget());
      case DUAL_TRUST ->
          stored.rotation().otherLastUsed().equals(Instant.EPOCH)
              ? new Move.Enter(Phase.PREPARED)
              : unused(stored, other, evidence, new Move.Enter(Phase.PREPARED));
      case SWITCHED, DRAINING ->
          evidence.holdOr(
              evidence.notEnforcing(stored.bundle(), List.of()),
              new Move.Exchange(Phase.DUAL_TRUST));
      case RETIRED -> new Move.Enter(Phase.DRAINING);
    };
  }

  /** {@code then}, once nobody has depended on {@code other} for as long as a leaf may live. */
  private static Move unused(Stored stored, Signer other, Evidence evidence, Move then) {
    Evidence current = evidence.since(stored.rotation().since());
    List<String> users = new ArrayList<>(current.leaves(other));
    if (!other.anchor().equals(stored.active().anchor())) {
      users.addAll(current.connections(other));
    }
    if (!users.isEmpty()) {
      return new Move.InUse(users);
    }
    Instant last = stored.rotation().otherLastUsed();
    Instant free = last.plus(stored.leafLifetime());
    return evidence.now().isBefore(free)
        ? new Move.Hold(
            List.of(
                "a leaf's lifetime of %s since %s, when the issuer %s was last in use"
                    .formatted(stored.leafLifetime(), last, shortName(other.issuer()))))
        : then;
  }

  private static String shortName(String digest) {
    return digest.substring(0, Math.min(16, digest.length()));
  }

  /**
   * Reports of the clusters that count.
   *
   * @param begin older ones are no evidence
   */
  private record Evidence(List<Verifiers> verifiers, Instant begin, Instant now) {

    /** What was seen before a phase says nothing about it. */
    Evidence since(Instant phase) {
      return new Evidence(verifiers, phase.isAfter(begin) ? phase : begin, now);
    }

    List<String> notEnforcing(Generation bundle, List<String> more) {
      List<String> missing = new ArrayList<>(more);
      for (Verifiers each : verifiers) {
        Optional<String> silence = silence(each);
        if (silence.isPresent()) {
          missing.add(silence.get());
        } else if (!each.bundle().equals(Optional.of(bundle))) {
          missing.add(
              "%s hands out %s, expected %s"
                  .formatted(
                      each.cluster(),
                      each.bundle().map(Generation::toString).orElse("no bundle"),
                      bundle));
        } else {
          each.behind().forEach(who -> missing.add(each.cluster() + "/" + who));
        }
      }
      return missing;
    }

    /** Clocks so far off that a new issuer would not be valid yet for somebody. */
    List<String> skewed(Signer signer) {
      List<String> found = new ArrayList<>();
      for (Verifiers each : verifiers) {
        if (each.skew().compareTo(SKEW_BOUND) > 0) {
          found.add(
              "%s has a clock that is %s off, expected at most %s"
                  .formatted(each.cluster(), each.skew(), SKEW_BOUND));
        } else if (now.minus(each.skew()).isBefore(signer.notBefore())) {
          found.add(
              "the issuer's notBefore %s to pass by the clocks of %s"
                  .formatted(signer.notBefore(), each.cluster()));
        }
      }
      return found;
    }

    /** Who has not let a canary of this issuer in, in both roles. */
    List<String> disbelieving(Signer next) {
      List<String> found = new ArrayList<>();
      String issuer = shortName(next.issuer());
      for (Verifiers each : verifiers) {
        switch (each.canary()) {
          case Canary.NotNeeded() -> {}
          case Canary.Met met when isCurrent(met, next) ->
              met.refusals()
                  .forEach(refusal ->
                      found.add(
                          "%s has not believed the canary of the issuer %s: %s"
                              .formatted(each.cluster(), issuer, refusal)));
          case Canary.Met _ -> found.add(noCanary(each, issuer, ""));
          case Canary.Missing(String problem) -> found.add(noCanary(each, issuer, problem));
        }
      }
      return found;
    }

    private boolean isCurrent(Canary.Met met, Signer next) {
      return met.issuer().equals(next.issuer())
          && !met.at().isBefore(begin)
          && !met.at().isAfter(now.plus(SKEW_BOUND));
    }

    private static String noCanary(Verifiers each, String issuer, String problem) {
      String text =
          "%s: no canary handshake of the issuer %s yet".formatted(each.cluster(), issuer);
      return problem.isEmpty() ? text : text + ": " + problem;
    }

    /** And of proxies that are connected and say nothing: they may have any. */
    List<String> leaves(Signer signer) {
      List<String> found =
          users(
              each -> each.leaves().get(signer.issuer()),
              "%s has %d leaves of the issuer " + shortName(signer.issuer()));
      verifiers.stream()
          .filter(each -> silence(each).isEmpty() && each.unreported() > 0)
          .map(each ->
              "%d proxies of %s have not reported: what they use is not known"
                  .formatted(each.unreported(), each.cluster()))
          .forEach(found::add);
      return found;
    }

    List<String> connections(Signer signer) {
      return users(
          each -> each.connections().get(signer.anchor()),
          "%s has %d connections that the anchor " + shortName(signer.anchor()) + " vouches for");
    }

    private List<String> users(Count count, String text) {
      List<String> found = new ArrayList<>();
      for (Verifiers each : verifiers) {
        Optional<String> silence = silence(each);
        int live = Objects.requireNonNullElse(count.of(each), 0);
        if (silence.isPresent()) {
          found.add(silence.get()); // who is not heard may use it
        } else if (live > 0) {
          found.add(text.formatted(each.cluster(), live));
        }
      }
      return found;
    }

    private Optional<String> silence(Verifiers each) {
      Instant at = each.observedAt().orElse(Instant.MIN);
      if (at.equals(Instant.MIN)) {
        return Optional.of(each.cluster() + " has not reported yet");
      }
      return at.isBefore(begin)
          ? Optional.of("%s has not reported since %s".formatted(each.cluster(), at))
          : Optional.empty();
    }

    Move holdOr(List<String> missing, Move move) {
      return missing.isEmpty() ? move : new Move.Hold(missing);
    }

    Move inUseOr(List<String> users, Move move) {
      return users.isEmpty() ? move : new Move.InUse(users);
    }
  }

  @FunctionalInterface
  private interface Count {
    @Nullable Integer of(Verifiers verifiers);
  }
}
