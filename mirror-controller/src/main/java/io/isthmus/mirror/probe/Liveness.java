package io.isthmus.mirror.probe;

import io.isthmus.mirror.plan.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What the probes of one address have shown. Two failures in a row make it dead, one success alive.
 *
 * @param since when the verdict last changed
 * @param rtt of the last success
 * @param failure of the last probe, if it failed
 */
public record Liveness(
    Verdict verdict,
    int failuresInARow,
    Instant since,
    Optional<Duration> rtt,
    Optional<ProbeFailure> failure) {
  private static final int FAILURES_TO_DIE = 2;

  public static Liveness unknown(Instant now) {
    return new Liveness(Verdict.UNKNOWN, 0, now, Optional.empty(), Optional.empty());
  }

  public Liveness succeeded(Instant now, Duration rtt) {
    return new Liveness(
        Verdict.ALIVE, 0, since(Verdict.ALIVE, now), Optional.of(rtt), Optional.empty());
  }

  public Liveness failed(Instant now, ProbeFailure why) {
    int failures = Math.min(failuresInARow + 1, FAILURES_TO_DIE);
    Verdict next = failures >= FAILURES_TO_DIE ? Verdict.DEAD : verdict;
    return new Liveness(next, failures, since(next, now), rtt, Optional.of(why));
  }

  /** Round-trip times aside, and what an alive address's last probe may have met. */
  boolean saysAnotherThingThan(Liveness other) {
    return verdict != other.verdict || (verdict == Verdict.DEAD && !failure.equals(other.failure));
  }

  private Instant since(Verdict next, Instant now) {
    return next == verdict ? since : now;
  }
}
