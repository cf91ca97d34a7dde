package io.isthmus.control.rotation;

import io.isthmus.control.authority.Phase;
import io.isthmus.control.authority.Roles;
import io.isthmus.control.authority.Rotation;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/** What to do next with a trust domain's authority. */
public sealed interface Move {

  /** Why nothing is done, for people; empty when something is, or nothing is asked for. */
  default List<String> waitingFor() {
    return List.of();
  }

  /** Nothing is asked for. */
  record Rest() implements Move {}

  /** Evidence is missing. */
  record Hold(List<String> waitingFor) implements Move {}

  /** All verifiers enforce the bundle, and that has to last, or others have to be waited for. */
  record Settle(List<String> waitingFor) implements Move {}

  /** As {@code Hold}, and the issuer that is not active was in use now: remember when. */
  record InUse(List<String> waitingFor) implements Move {}

  /** Make the next authority. */
  record Begin(Rotation.Kind kind, String id) implements Move {}

  /** To another phase under the same issuer. */
  record Enter(Phase phase) implements Move {}

  /** To another phase, with the other issuer active. */
  record Exchange(Phase phase) implements Move {}

  /** Remove the issuer that is not active: the end of a rotation, or of its abort. */
  record Forget() implements Move {}

  /** Roles and phase after a move. */
  record After<I>(Roles<I> roles, Rotation rotation) {}

  /**
   * @param make makes the next issuer
   */
  default <I> After<I> apply(Roles<I> roles, Rotation rotation, Instant now, Supplier<I> make) {
    return switch (this) {
      case Rest() -> new After<>(roles, rotation);
      case Hold(List<String> _) -> new After<>(roles, rotation);
      case Settle(List<String> _) -> new After<>(roles, rotation);
      case InUse(List<String> _) -> new After<>(roles, rotation.otherUsed(now));
      case Begin(Rotation.Kind kind, String id) ->
          new After<>(roles.withNext(make.get()), Rotation.begun(id, kind, now));
      case Enter(Phase phase) -> new After<>(roles, entered(rotation.in(phase, now), now));
      case Exchange(Phase phase) ->
          new After<>(
              phase.isSwitched() ? roles.switched() : roles.switchedBack(),
              rotation.exchanged(phase, now));
      case Forget() -> new After<>(roles.onlyActive(), rotation.in(Phase.STEADY, now));
    };
  }

  /** Who drains has used the other issuer until now. */
  private static Rotation entered(Rotation rotation, Instant now) {
    return rotation.phase() == Phase.DRAINING ? rotation.otherUsed(now) : rotation;
  }
}
