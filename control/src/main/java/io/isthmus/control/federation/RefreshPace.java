package io.isthmus.control.federation;

import io.isthmus.certs.TrustBundle;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** When to look again. */
final class RefreshPace {
  static final Duration SHORTEST = Duration.ofSeconds(10);
  static final Duration LONGEST = Duration.ofHours(24);
  static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  static final Duration LONGEST_RETRY = Duration.ofMinutes(5);
  private static final int MOST_DOUBLINGS = 16;

  private final RandomGenerator random;

  RefreshPace(RandomGenerator random) {
    this.random = random;
  }

  /** What the bundle asks for, within bounds: a peer decides neither to be hammered nor unheard. */
  static Duration hint(Optional<TrustBundle> bundle) {
    Duration asked = bundle.map(TrustBundle::refreshHint).orElse(TrustBundle.DEFAULT_REFRESH_HINT);
    if (asked.compareTo(SHORTEST) < 0) {
      return SHORTEST;
    }
    return asked.compareTo(LONGEST) > 0 ? LONGEST : asked;
  }

  /** 80 to 100 % of the hint: replicas and meshes spread, and none is late. */
  Duration afterSuccess(Duration hint) {
    return spread(hint, 0.8);
  }

  /** Doubles from {@link #FIRST_RETRY}; never more than the hint, nor {@link #LONGEST_RETRY}. */
  Duration afterFailures(int failures, Duration hint) {
    int doublings = Math.min(failures - 1, MOST_DOUBLINGS);
    Duration delay = FIRST_RETRY.multipliedBy(1L << doublings);
    Duration most = hint.compareTo(LONGEST_RETRY) < 0 ? hint : LONGEST_RETRY;
    return spread(delay.compareTo(most) < 0 ? delay : most, 0.5);
  }

  private Duration spread(Duration duration, double least) {
    return Duration.ofMillis(
        (long) (duration.toMillis() * (least + (1 - least) * random.nextDouble())));
  }
}
