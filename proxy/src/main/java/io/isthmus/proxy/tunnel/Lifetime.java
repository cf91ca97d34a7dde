package io.isthmus.proxy.tunnel;

import io.isthmus.certs.VerifiedPeer;
import io.isthmus.proxy.tls.TlsGeneration;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * How long a connection takes new streams. Its own streams may last longer, as long as they like:
 * an end of a certificate says who may begin something, and what was begun is not cut by it. Only a
 * {@code maxAge} ends that, and what takes trust away from the peer.
 *
 * @param peers until the first of both certificates ends, from now
 * @param maxAge of the connection
 */
record Lifetime(Duration peers, Optional<Duration> maxAge) {
  /** Before the end of a certificate, so that what comes next is made in peace. */
  private static final Duration MARGIN = Duration.ofMinutes(10);

  static Lifetime of(
      VerifiedPeer peer,
      Optional<TlsGeneration> generation,
      Optional<Duration> maxAge,
      Instant now) {
    Instant own = generation.map(made -> made.material().svid().notAfter()).orElse(Instant.MAX);
    Instant end = own.isBefore(peer.notAfter()) ? own : peer.notAfter();
    Duration left = Duration.between(now, end);
    return new Lifetime(left.isNegative() ? Duration.ZERO : left, maxAge);
  }

  /**
   * Until GOAWAY: shortly before the end of the first certificate, or before the maximal age. That
   * is a tenth to a fifth of the time that is left, ten to twenty minutes at most, so that the
   * connections of one renewed leaf do not leave together.
   */
  Duration untilDrain(RandomGenerator random) {
    double part = random.nextDouble(1, 2);
    Duration certificates = before(peers, part);
    return maxAge
        .map(limit -> before(limit, part))
        .filter(limit -> limit.compareTo(certificates) < 0)
        .orElse(certificates);
  }

  /** As {@link #untilDrain(RandomGenerator)}, or after {@code age}, give or take a fifth. */
  Duration untilDrain(Duration age, RandomGenerator random) {
    Duration jittered = times(age, random.nextDouble(0.8, 1.2));
    Duration drain = untilDrain(random);
    return drain.compareTo(jittered) < 0 ? drain : jittered;
  }

  private static Duration before(Duration end, double part) {
    Duration tenth = end.dividedBy(10);
    return end.minus(times(tenth.compareTo(MARGIN) < 0 ? tenth : MARGIN, part));
  }

  private static Duration times(Duration time, double factor) {
    return Duration.ofMillis((long) (time.toMillis() * factor));
  }
}
