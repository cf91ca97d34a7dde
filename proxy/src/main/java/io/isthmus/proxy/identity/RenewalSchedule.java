package io.isthmus.proxy.identity;

import io.isthmus.certs.Svid;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * When to renew: at half of what is left, give or take a tenth of it, and not at once; or when
 * told, at any moment of a window.
 */
record RenewalSchedule(RandomGenerator random) {
  private static final Duration SHORTEST = Duration.ofMillis(500);
  private static final double JITTER = 0.1;

  /** Counted from now and not from the back-dated start, which may lie before half-life already. */
  Duration delay(Svid svid, Instant now) {
    double half = Duration.between(now, svid.notAfter()).toNanos() / 2.0;
    double jittered = half * (1 + JITTER * (2 * random.nextDouble() - 1));
    Duration delay = Duration.ofNanos((long) jittered);
    return delay.compareTo(SHORTEST) < 0 ? SHORTEST : delay;
  }

  /** Uniform: of 1 000 that are told at once some 17 ask in each second of a minute. */
  Duration within(Duration window) {
    return Duration.ofNanos((long) (Math.max(0, window.toNanos()) * random.nextDouble()));
  }
}
