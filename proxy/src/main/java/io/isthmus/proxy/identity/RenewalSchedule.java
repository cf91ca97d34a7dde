package io.isthmus.proxy.identity;

import io.isthmus.certs.Svid;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * When to renew: at half of what is left, give or take a tenth of it, and not at once; or when
 * told, at any moment of a window.
 */
record RenewalSchedule(RandomGenerator random) {
  private static final Duration SHORTEST = Duration.ofMillis(500);
  private static final Duration SHORTEST_RETRY = Duration.ofSeconds(1);

  /** Of 1 000 proxies without a certificate some 250 try in a second, and not together. */
  private static final Duration LONGEST_WITHOUT = Duration.ofSeconds(5);

  private static final double JITTER = 0.1;

  /** Counted from now and not from the back-dated start, which may lie before half-life already. */
  Duration delay(Svid svid, Instant now) {
    double half = Duration.between(now, svid.notAfter()).toNanos() / 2.0;
    double jittered = half * (1 + JITTER * (2 * random.nextDouble() - 1));
    Duration delay = Duration.ofNanos((long) jittered);
    return delay.compareTo(SHORTEST) < 0 ? SHORTEST : delay;
  }

  /**
   * After a failure: the sooner the less is left, so that several attempts come before the end,
   * however long the control plane has been away; and soon where nothing is left, since nobody can
   * be called then.
   */
  Duration retry(Optional<Svid> current, Instant now, Duration backoff) {
    Duration longest =
        current
            .map(svid -> Duration.between(now, svid.notAfter()))
            .filter(Duration::isPositive)
            .map(left -> left.dividedBy(2))
            .map(half -> half.compareTo(SHORTEST_RETRY) < 0 ? SHORTEST_RETRY : half)
            .orElseGet(
                () -> LONGEST_WITHOUT.dividedBy(2).plus(within(LONGEST_WITHOUT.dividedBy(2))));
    return longest.compareTo(backoff) < 0 ? longest : backoff;
  }

  /** Uniform: of 1 000 that are told at once some 17 ask in each second of a minute. */
  Duration within(Duration window) {
    return Duration.ofNanos((long) (Math.max(0, window.toNanos()) * random.nextDouble()));
  }
}
