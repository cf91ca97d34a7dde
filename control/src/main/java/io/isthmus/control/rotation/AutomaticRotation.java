package io.isthmus.control.rotation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.isthmus.certs.Fingerprint;
import io.isthmus.control.authority.Authority;
import io.isthmus.control.authority.Lifetimes;
import io.isthmus.control.authority.Phase;
import io.isthmus.control.authority.Rotation;
import io.isthmus.control.rotation.Wish.Direction;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Asks for a new issuer where nobody did, once the active one has lived as much of its life as the
 * TrustDomain says. A request of an operator goes first, {@code abort} keeps everything as it is,
 * and once begun it is a rotation like any other. A root is never replaced by itself: verifiers
 * that nobody here sees would be left out.
 *
 * <p>The id is {@code auto-<issuer>}, by the issuer that is replaced, so that one that was aborted
 * is not begun again; and {@code auto-<issuer>-<request>} after a rotation that was asked for,
 * whose request may still stand in the object, and is no new one for that.
 */
final class AutomaticRotation {
  private static final String PREFIX = "auto-";
  private static final int SHORT = 8;

  private AutomaticRotation() {}

  /** What is wanted in all: {@code asked}, or else what is due. */
  static Wish onto(Wish asked, Authority seen, Lifetimes lifetimes, Instant now) {
    Rotation last = seen.rotation();
    Optional<Wish.Request> fresh = asked.request().filter(request -> isNew(request.id(), last));
    if (fresh.isPresent()
        || last.phase() != Phase.STEADY
        || asked.direction() == Direction.BACK
        || !isDue(seen, lifetimes, now)) {
      return asked.asking(
          fresh.or(() -> asked.request().filter(request -> request.id().equals(last.id()))));
    }
    String id = id(seen.issuer().certificate(), last);
    return id.equals(last.id()) // and was aborted
        ? asked.asking(Optional.empty())
        : Wish.NOTHING.asking(Optional.of(new Wish.Request(Rotation.Kind.ISSUER, id)));
  }

  /** Not the last rotation, nor one before it; ours are never asked for. */
  private static boolean isNew(String id, Rotation last) {
    return !id.equals(last.id())
        && !id.startsWith(PREFIX)
        && !answered(last).equals(Optional.of(digest(id)));
  }

  private static String id(X509Certificate issuer, Rotation last) {
    String id = PREFIX + Fingerprint.of(issuer).substring(0, SHORT);
    return answered(last).map(request -> id + "-" + request).orElse(id);
  }

  /** The digest of the last id that somebody asked for. */
  private static Optional<String> answered(Rotation last) {
    if (!last.id().startsWith(PREFIX)) {
      return last.id().isEmpty() ? Optional.empty() : Optional.of(digest(last.id()));
    }
    String rest = last.id().substring(PREFIX.length());
    return rest.length() > SHORT ? Optional.of(rest.substring(SHORT + 1)) : Optional.empty();
  }

  private static String digest(String id) {
    CRC32 crc = new CRC32();
    crc.update(id.getBytes(UTF_8));
    return "%08x".formatted(crc.getValue());
  }

  /**
   * An issuer that lasts as long as its root would only be followed by shorter and shorter ones.
   */
  private static boolean isDue(Authority seen, Lifetimes lifetimes, Instant now) {
    Instant end = seen.issuer().certificate().getNotAfter().toInstant();
    if (lifetimes.rotateIssuerAt() == 0
        || !end.isBefore(seen.root().certificate().getNotAfter().toInstant())) {
      return false;
    }
    Instant made = seen.issuer().madeAt();
    double life = Duration.between(made, end).toMillis() * lifetimes.rotateIssuerAt();
    return !now.isBefore(made.plusMillis((long) life));
  }
}
