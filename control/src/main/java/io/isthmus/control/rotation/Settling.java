package io.isthmus.control.rotation;

import io.isthmus.control.authority.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Since when all verifiers have been seen to enforce one bundle in one phase. It begins again with
 * the process, with the bundle and the phase, and when nobody looked for a while. Used by one
 * thread.
 */
final class Settling {
  private @Nullable Begun begun;

  private record Begun(Phase phase, Generation bundle, Instant since, Instant seen) {
    boolean lasts(Stored stored, Instant now) {
      Duration gap = Duration.between(seen, now);
      return phase == stored.rotation().phase()
          && bundle.equals(stored.bundle())
          && gap.compareTo(RotationPlan.settling(stored.leafLifetime())) <= 0;
    }
  }

  /** Empty when it was not seen at the last look. */
  Optional<Instant> since(Stored stored, Instant now) {
    return Optional.ofNullable(begun).filter(last -> last.lasts(stored, now)).map(Begun::since);
  }

  /** What was decided on {@code stored} at {@code now}. */
  void decided(Move move, Stored stored, Instant now) {
    begun =
        move instanceof Move.Settle
            ? new Begun(
                stored.rotation().phase(), stored.bundle(), since(stored, now).orElse(now), now)
            : null;
  }
}
