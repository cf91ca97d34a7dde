package io.isthmus.certs.issuing;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** From when to when a certificate is valid; whole seconds, as certificates have no finer ones. */
record Validity(Instant from, Instant to) {
  /** Certificates start this far in the past, for peers whose clocks are behind. */
  static final Duration BACK_DATED = Duration.ofMinutes(5);

  Validity {
    if (!from.isBefore(to)) {
      throw new IllegalArgumentException(
          "validity from %s to %s: expected the end after the start".formatted(from, to));
    }
  }

  static Validity starting(Instant now, Duration lifetime) {
    if (lifetime.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("lifetime " + lifetime + ": expected at least 1s");
    }
    Instant second = now.truncatedTo(ChronoUnit.SECONDS);
    return new Validity(second.minus(BACK_DATED), second.plus(lifetime));
  }

  /** Cut to what the issuer's own certificate covers: a peer would believe no more anyway. */
  Validity within(X509Certificate issuer) {
    Instant first = issuer.getNotBefore().toInstant();
    Instant last = issuer.getNotAfter().toInstant();
    return new Validity(from.isBefore(first) ? first : from, to.isAfter(last) ? last : to);
  }
}
