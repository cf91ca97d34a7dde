package io.isthmus.control.authority;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which of a trust domain's issuers does what. During a rotation there are two: before the switch
 * an active and a next one, after it an active and a previous one.
 *
 * @param <I> an issuer, or what stands for one
 */
public record Roles<I>(I active, Optional<I> next, Optional<I> previous) {
  public Roles {
    if (next.isPresent() && previous.isPresent()) {
      throw new IllegalArgumentException(
          "a next and a previous issuer: expected at most one of them");
    }
  }

  public static <I> Roles<I> only(I active) {
    return new Roles<>(active, Optional.empty(), Optional.empty());
  }

  public Roles<I> withNext(I made) {
    return new Roles<>(active, Optional.of(made), Optional.empty());
  }

  /** Leaves come from the next one from here on. */
  public Roles<I> switched() {
    return new Roles<>(next.orElseThrow(), Optional.empty(), Optional.of(active));
  }

  /** Leaves come from the previous one again. */
  public Roles<I> switchedBack() {
    return new Roles<>(previous.orElseThrow(), Optional.of(active), Optional.empty());
  }

  /** To the other side of the switch. */
  Roles<I> exchanged() {
    return next.isPresent() ? switched() : switchedBack();
  }

  /** With another one in the place of the active one. */
  Roles<I> withActive(I other) {
    return new Roles<>(other, next, previous);
  }

  /** With another one in the place of the one that is not active. */
  Roles<I> withOther(I stand) {
    return new Roles<>(active, next.map(_ -> stand), previous.map(_ -> stand));
  }

  public Roles<I> onlyActive() {
    return only(active);
  }

  /** The active one first. */
  public List<I> all() {
    return Stream.concat(Stream.of(active), other().stream()).toList();
  }

  /** The one that is not active. */
  public Optional<I> other() {
    return next.or(() -> previous);
  }
}
