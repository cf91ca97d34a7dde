package io.isthmus.control.rotation;

import io.isthmus.control.authority.Rotation;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an operator wants of a trust domain.
 *
 * @param leftBehind clusters that are not waited for
 * @param passedOver proxies that are not waited for while they report nothing: namespace/pod of the
 *     own cluster, or cluster/namespace/pod
 */
public record Wish(
    Optional<Request> request,
    Direction direction,
    Set<String> leftBehind,
    Set<String> passedOver) {

  /** A new id asks again. */
  public record Request(Rotation.Kind kind, String id) {}

  /** Where a rotation goes. */
  public enum Direction {
    FORWARD,
    /** To where it began, one step after the other. */
    BACK
  }

  public static final Wish NOTHING =
      new Wish(Optional.empty(), Direction.FORWARD, Set.of(), Set.of());

  public Wish {
    leftBehind = Set.copyOf(leftBehind);
    passedOver = Set.copyOf(passedOver);
  }

  /** Whether something is not to be waited for. */
  boolean passes() {
    return !leftBehind.isEmpty() || !passedOver.isEmpty();
  }

  /** The fields that say what is not to be waited for. */
  String passing() {
    return Stream.of(
            leftBehind.isEmpty() ? "" : "leaveBehind", passedOver.isEmpty() ? "" : "passOver")
        .filter(field -> !field.isEmpty())
        .collect(Collectors.joining(" and "));
  }

  /** Whether this is said of {@code rotation}, and not of one that comes after it. */
  boolean isOf(Rotation rotation) {
    return request.filter(asked -> asked.id().equals(rotation.id())).isPresent();
  }

  /** As it counts for {@code rotation}: what is not to be waited for is said of one id alone. */
  Wish of(Rotation rotation) {
    return isOf(rotation) ? this : new Wish(request, direction, Set.of(), Set.of());
  }

  boolean passesOver(String cluster, String proxy, String own) {
    return passedOver.contains(cluster + "/" + proxy)
        || (cluster.equals(own) && passedOver.contains(proxy));
  }

  /** The same with another request. */
  Wish asking(Optional<Request> other) {
    return new Wish(other, direction, leftBehind, passedOver);
  }
}
