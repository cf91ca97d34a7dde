package io.isthmus.control.rotation;

import io.isthmus.certs.issuing.OfferedIssuer;
import io.isthmus.control.authority.Authority;
import io.isthmus.control.authority.AuthorityForm;
import io.isthmus.control.authority.Lifetimes;
import io.isthmus.control.authority.Phase;
import io.isthmus.control.authority.Rotation;
import io.isthmus.control.authority.RotationIds;
import io.isthmus.control.rotation.Wish.Direction;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Rotations that are asked for by nobody: to a new issuer, once the active one has lived as much of
 * its life as the TrustDomain says; and to what an operator has put in place of the active one.
 * {@code abort} keeps everything as it is, and once begun each is a rotation like any other. A root
 * is never replaced by itself: verifiers that nobody here sees would be left out.
 */
final class AutomaticRotation {
  private AutomaticRotation() {}

  /**
   * What wishes are weighed on.
   *
   * @param offered what an operator offers, if the form is his and it is not in use yet
   */
  record Present(Authority seen, AuthorityForm form, Optional<OfferedIssuer> offered) {}

  /** What is wanted in all: {@code asked}, or else what is due. */
  static Wish onto(Wish asked, Present present, Instant now) {
    Rotation last = present.seen().rotation();
    Optional<Wish.Request> fresh =
        switch (present.form()) {
          case AuthorityForm.Managed _ ->
              asked.request().filter(it -> RotationIds.isNew(it.id(), last));
          case AuthorityForm.Operator _ -> Optional.empty(); // nothing can be made here
        };
    Wish words =
        asked.asking(fresh.or(() -> asked.request().filter(it -> it.id().equals(last.id()))));
    if (fresh.isPresent() || last.phase() != Phase.STEADY || asked.direction() == Direction.BACK) {
      return words;
    }
    Optional<Wish.Request> own =
        switch (present.form()) {
          case AuthorityForm.Managed(Lifetimes lifetimes) -> due(present.seen(), lifetimes, now);
          case AuthorityForm.Operator _ ->
              present.offered().map(offered -> replacing(present.seen(), offered));
        };
    return own.filter(request -> !request.id().equals(last.id())) // which was aborted
        .map(request -> Wish.NOTHING.asking(Optional.of(request)))
        .orElse(words);
  }

  /**
   * An issuer that lasts as long as its root would only be followed by shorter and shorter ones.
   */
  private static Optional<Wish.Request> due(Authority seen, Lifetimes lifetimes, Instant now) {
    Instant end = seen.issuer().certificate().getNotAfter().toInstant();
    if (lifetimes.rotateIssuerAt() == 0
        || !seen.root().holdsKey()
        || !end.isBefore(seen.root().certificate().getNotAfter().toInstant())) {
      return Optional.empty();
    }
    Instant made = seen.issuer().madeAt();
    double life = Duration.between(made, end).toMillis() * lifetimes.rotateIssuerAt();
    return now.isBefore(made.plusMillis((long) life))
        ? Optional.empty()
        : Optional.of(
            new Wish.Request(
                Rotation.Kind.ISSUER,
                RotationIds.auto(seen.issuer().certificate(), seen.rotation())));
  }

  /** Under a root that verifiers have, or under one that they have to be given first. */
  private static Wish.Request replacing(Authority seen, OfferedIssuer offered) {
    return new Wish.Request(
        seen.root().certificate().equals(offered.root().certificate())
            ? Rotation.Kind.ISSUER
            : Rotation.Kind.ROOT,
        RotationIds.operator(offered.issuer().certificate(), seen.rotation()));
  }
}
