package io.isthmus.control.rotation;

import io.isthmus.control.authority.Rotation;
import java.util.Optional;
import java.util.Set;

/**
 * What an operator wants of a trust domain.
 *
 * @param leftBehind clusters that are not waited for
 */
public record Wish(Optional<Request> request, Direction direction, Set<String> leftBehind) {

  /** A new id asks again. */
  public record Request(Rotation.Kind kind, String id) {}

  /** Where a rotation goes. */
  public enum Direction {
    FORWARD,
    /** To where it began, one step after the other. */
    BACK
  }

  public static final Wish NOTHING = new Wish(Optional.empty(), Direction.FORWARD, Set.of());

  public Wish {
    leftBehind = Set.copyOf(leftBehind);
  }

  /** The same with another request. */
  Wish asking(Optional<Request> other) {
    return new Wish(other, direction, leftBehind);
  }
}
