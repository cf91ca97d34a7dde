package io.isthmus.proxy.tunnel;

import io.isthmus.certs.VerifiedPeer;
import io.isthmus.proxy.tls.TlsGeneration;
import java.time.Duration;
import java.time.Instant;

/** How long a connection takes new streams, and how long it may live. */
final class Lifetime {
  /** Before the end of a certificate, so that streams can end in peace. */
  private static final Duration MARGIN = Duration.ofMinutes(10);

  private Lifetime() {}

  /** Its bounded age, with jitter, or shortly before the end of the first certificate. */
  static Duration untilDrain(PooledTunnel tunnel, TunnelPool pool) {
    Duration age =
        switch (tunnel.key()) {
          case TunnelKey.ToPeer peer -> pool.settings().age();
          case TunnelKey.ToDestination destination -> pool.settings().sessionAge();
        };
    long jittered = (long) (age.toMillis() * pool.random().nextDouble(0.8, 1.2));
    Duration certificates = beforeEnd(untilEnd(tunnel, pool));
    return certificates.toMillis() < jittered ? certificates : Duration.ofMillis(jittered);
  }

  /** Until the first of both certificates ends. */
  static Duration untilEnd(PooledTunnel tunnel, TunnelPool pool) {
    Instant end =
        earlier(
            tunnel.peer().notAfter(),
            tunnel
                .generation()
                .map(generation -> generation.material().svid().notAfter())
                .orElse(Instant.MAX));
    return until(end, pool.clock().instant());
  }

  /** For the server role. */
  static Duration untilEnd(VerifiedPeer peer, TlsGeneration generation, Instant now) {
    return until(earlier(peer.notAfter(), generation.material().svid().notAfter()), now);
  }

  /** A tenth of the time that is left goes to draining, ten minutes at most. */
  static Duration beforeEnd(Duration end) {
    Duration tenth = end.dividedBy(10);
    return end.minus(tenth.compareTo(MARGIN) < 0 ? tenth : MARGIN);
  }

  private static Duration until(Instant end, Instant now) {
    Duration left = Duration.between(now, end);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }
}
