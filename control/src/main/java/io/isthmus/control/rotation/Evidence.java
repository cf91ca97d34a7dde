package io.isthmus.control.rotation;

import static java.time.temporal.ChronoUnit.SECONDS;

import io.isthmus.certs.Fingerprint;
import io.isthmus.control.rotation.Stored.Signer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reports of the clusters that count, and what they leave to wait for, for people.
 *
 * @param own the own cluster's name
 * @param begin older ones are no evidence
 */
record Evidence(String own, List<Verifiers> verifiers, Wish wish, Instant begin, Instant now) {

  static Evidence of(Stored stored, Wish wish, Seen seen) {
    return new Evidence(
        stored.cluster(),
        seen.verifiers().stream()
            .filter(each -> !wish.leftBehind().contains(each.cluster()))
            .toList(),
        wish,
        seen.now().minus(RotationPlan.FRESH),
        seen.now());
  }

  /** What was seen before a phase says nothing about it. */
  Evidence since(Instant phase) {
    return new Evidence(own, verifiers, wish, phase.isAfter(begin) ? phase : begin, now);
  }

  List<String> notEnforcing(Stored stored) {
    List<String> missing = new ArrayList<>();
    for (Verifiers each : verifiers) {
      Optional<String> problem =
          heard(each, stored).silence(each).or(() -> handsOutAnother(each, stored));
      if (problem.isPresent()) {
        missing.add(problem.get());
      } else {
        each.behind()
            .without(passing(each))
            .forEach(who -> missing.add(each.cluster() + "/" + who));
      }
    }
    return missing;
  }

  /** A digest alone does not tell a bundle that came back from the one of before the phase. */
  private Evidence heard(Verifiers each, Stored stored) {
    return switch (each.kinship()) {
      case OWN, SHARED, OTHER -> this;
      case OTHER_OF_SHARED -> since(stored.rotation().since());
    };
  }

  private Optional<String> handsOutAnother(Verifiers each, Stored stored) {
    Generation expected = stored.bundle();
    Predicate<Generation> isSame =
        switch (each.kinship()) {
          case OWN, OTHER -> expected::equals;
          case SHARED, OTHER_OF_SHARED -> handed -> isSameMade(handed, stored);
        };
    if (!each.bundles().isEmpty() && each.bundles().stream().allMatch(isSame)) {
      return Optional.empty();
    }
    Optional<Generation> another =
        each.bundles().stream()
            .filter(isSame.negate())
            .min(Comparator.comparingLong(Generation::sequence));
    return Optional.of(
        "%s hands out %s, expected %s%s"
            .formatted(
                each.cluster(),
                another.map(handed -> handed.beside(expected)).orElse("no bundle"),
                another.map(expected::beside).orElseGet(expected::toString),
                switch (each.kinship()) {
                  case SHARED ->
                      ", or any sequence of this digest: it makes its own bundle of the trust domain that it shares, and has to be given the same roots";
                  case OWN, OTHER, OTHER_OF_SHARED -> "";
                }));
  }

  /**
   * Clusters that share the trust domain count sequences of their own, and who is linked to several
   * of them has its bundle of one. In the rotation of an issuer nothing is added to it or taken
   * away: what others make of the root may be on its way, and wait for this one.
   */
  private static boolean isSameMade(Generation handed, Stored stored) {
    return !stored.hasTwoAnchors() || handed.digest().equals(stored.bundle().digest());
  }

  /** Of the clusters alone that issue under the same root. */
  Evidence ofSharing() {
    return new Evidence(
        own,
        verifiers.stream().filter(each -> each.kinship() == Kinship.SHARED).toList(),
        wish,
        begin,
        now);
  }

  /** Clocks so far off that a new issuer would not be valid yet for somebody. */
  List<String> skewed(Signer signer) {
    List<String> found = new ArrayList<>();
    for (Verifiers each : verifiers) {
      if (each.skew().compareTo(RotationPlan.SKEW_BOUND) > 0) {
        found.add(
            "%s has a clock that is %s off, expected at most %s"
                .formatted(
                    each.cluster(), each.skew().truncatedTo(SECONDS), RotationPlan.SKEW_BOUND));
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
    String issuer = next.toString();
    for (Verifiers each : verifiers) {
      switch (each.canary()) {
        case Canary.NotNeeded() -> {}
        case Canary.Met met when isCurrent(met, next) ->
            met.refusals()
                .forEach(refusal ->
                    found.add(
                        "%s has not believed the canary of %s: %s"
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
        && !met.at().isAfter(now.plus(RotationPlan.SKEW_BOUND));
  }

  private static String noCanary(Verifiers each, String issuer, String problem) {
    String text = "%s: no canary handshake of %s yet".formatted(each.cluster(), issuer);
    return problem.isEmpty() ? text : text + ": " + problem;
  }

  /**
   * Leaves of the issuer that is not active; where they are two anchors, in clusters that share the
   * trust domain those that do not stand on the active one's. And proxies that are connected and
   * say nothing: they may have any.
   */
  List<String> leaves(Stored stored) {
    List<String> found = new ArrayList<>();
    for (Verifiers each : verifiers) {
      found.addAll(leaves(each, stored));
    }
    for (Verifiers each : verifiers) {
      int unreported = each.use().unreported() - each.behind().silentOf(passing(each)).size();
      if (silence(each).isEmpty() && unreported > 0) {
        found.add(
            "%d proxies of %s have not reported: what they use is not known"
                .formatted(unreported, each.cluster()));
      }
    }
    return found;
  }

  private List<String> leaves(Verifiers each, Stored stored) {
    Signer active = stored.active();
    Signer other = stored.other().orElseThrow();
    if (each.kinship() == Kinship.SHARED && stored.hasTwoAnchors()) {
      return users(
          each,
          Use.countWithout(each.use().leavesByRoot(), active.anchor()),
          "%s has %d leaves that do not stand on the root " + Fingerprint.shown(active.anchor()));
    }
    return other.isLost()
        // nobody knows which leaves it signed: all may be its own that the active one did not
        ? users(
            each,
            Use.countWithout(each.use().leaves(), active.issuer()),
            "%s has %d leaves that " + active + " did not sign")
        : users(
            each, count(each.use().leaves().get(other.issuer())), "%s has %d leaves of " + other);
  }

  private Predicate<String> passing(Verifiers each) {
    return proxy -> wish.passesOver(each.cluster(), proxy, own);
  }

  List<String> connections(Signer signer) {
    String text =
        "%s has %d connections that the anchor "
            + Fingerprint.shown(signer.anchor())
            + " vouches for";
    return verifiers.stream()
        .flatMap(each ->
            users(each, count(each.use().connections().get(signer.anchor())), text).stream())
        .toList();
  }

  private static int count(@Nullable Integer live) {
    return Objects.requireNonNullElse(live, 0);
  }

  private List<String> users(Verifiers each, int live, String text) {
    Optional<String> silence = silence(each);
    if (silence.isPresent()) {
      return List.of(silence.get()); // who is not heard may use it
    }
    return live > 0 ? List.of(text.formatted(each.cluster(), live)) : List.of();
  }

  private Optional<String> silence(Verifiers each) {
    Instant at = each.observedAt().orElse(Instant.MIN);
    if (at.equals(Instant.MIN)) {
      return Optional.of(each.cluster() + " has not reported yet");
    }
    Duration ahead = Duration.between(now, at);
    if (ahead.compareTo(RotationPlan.SKEW_BOUND) > 0) {
      return Optional.of(
          "%s reports as of %s, which is more than %s ahead of the clock here: see the clocks of both"
              .formatted(each.cluster(), at.truncatedTo(SECONDS), RotationPlan.SKEW_BOUND));
    }
    return at.isBefore(begin)
        ? Optional.of(
            "%s has not reported since %s".formatted(each.cluster(), at.truncatedTo(SECONDS)))
        : Optional.empty();
  }
}
