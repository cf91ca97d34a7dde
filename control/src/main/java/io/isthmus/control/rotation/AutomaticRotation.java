package io.isthmus.control.rotation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.issuing.OfferedIssuer;
import io.isthmus.control.authority.Authority;
import io.isthmus.control.authority.AuthorityForm;
import io.isthmus.control.authority.Lifetimes;
import io.isthmus.control.authority.Phase;
import io.isthmus.control.authority.Rotation;
import io.isthmus.control.rotation.Wish.Direction;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * Rotations that are asked for by nobody: to a new issuer, once the active one has lived as much of
 * its life as the TrustDomain says; and to what an operator has put in place of the active one.
 * {@code abort} keeps everything as it is, and once begun each is a rotation like any other. A root
 * is never replaced by itself: verifiers that nobody here sees would be left out.
 *
 * <p>The id is {@code auto-<issuer that is replaced>} or {@code operator-<issuer that is offered>},
 * so that one that was aborted is not begun again; and {@code -<request>} follows after a rotation
 * that was asked for, whose request may still stand in the object, and is no new one for that.
 */
final class AutomaticRotation {
  private static final String AUTO = "auto-";
  private static final String OPERATOR = "operator-";
  private static final Pattern OURS =
      Pattern.compile("(?:auto|operator)-[0-9a-f]{8}(?:-([0-9a-f]{8}))?");
  private static final int SHORT = 8;

  private AutomaticRotation() {}

  /**
   * What wishes are weighed on.
   *
   * @param offered what an operator offers, if the form is his and it is not in use yet
   */
  record Present(Authority seen, AuthorityForm form, Optional<OfferedIssuer> offered) {}

  /** What is wanted in all: {@code asked}, or else what is due. */
  static Wish onto(Wish asked, Present present, Instant now) {
    Rotation last = present.seen().rotation();
    Optional<Wish.Request> fresh =
        switch (present.form()) {
          case AuthorityForm.Managed _ -> asked.request().filter(it -> isNew(it.id(), last));
          case AuthorityForm.Operator _ -> Optional.empty(); // nothing can be made here
        };
    Wish words =
        asked.asking(fresh.or(() -> asked.request().filter(it -> it.id().equals(last.id()))));
    if (fresh.isPresent() || last.phase() != Phase.STEADY || asked.direction() == Direction.BACK) {
      return words;
    }
    Optional<Wish.Request> own =
        switch (present.form()) {
          case AuthorityForm.Managed(Lifetimes lifetimes) -> due(present.seen(), lifetimes, now);
          case AuthorityForm.Operator _ ->
              present.offered().map(offered -> replacing(present.seen(), offered));
        };
    return own.filter(request -> !request.id().equals(last.id())) // which was aborted
        .map(request -> Wish.NOTHING.asking(Optional.of(request)))
        .orElse(words);
  }

  /** Not the last rotation, nor one before it; ours are never asked for. */
  private static boolean isNew(String id, Rotation last) {
    return !id.equals(last.id())
        && !OURS.matcher(id).matches()
        && !answered(last).equals(Optional.of(digest(id)));
  }

  private static String id(String prefix, X509Certificate issuer, Rotation last) {
    String id = prefix + Fingerprint.of(issuer).substring(0, SHORT);
    return answered(last).map(request -> id + "-" + request).orElse(id);
  }

  /** The digest of the last id that somebody asked for. */
  private static Optional<String> answered(Rotation last) {
    Matcher ours = OURS.matcher(last.id());
    if (ours.matches()) {
      return Optional.ofNullable(ours.group(1));
    }
    return last.id().isEmpty() ? Optional.empty() : Optional.of(digest(last.id()));
  }

  private static String digest(String id) {
    CRC32 crc = new CRC32();
    crc.update(id.getBytes(UTF_8));
    return "%08x".formatted(crc.getValue());
  }

  /**
   * An issuer that lasts as long as its root would only be followed by shorter and shorter ones.
   */
  private static Optional<Wish.Request> due(Authority seen, Lifetimes lifetimes, Instant now) {
    Instant end = seen.issuer().certificate().getNotAfter().toInstant();
    if (lifetimes.rotateIssuerAt() == 0
        || !seen.root().holdsKey()
        || !end.isBefore(seen.root().certificate().getNotAfter().toInstant())) {
      return Optional.empty();
    }
    Instant made = seen.issuer().madeAt();
    double life = Duration.between(made, end).toMillis() * lifetimes.rotateIssuerAt();
    return now.isBefore(made.plusMillis((long) life))
        ? Optional.empty()
        : Optional.of(
            new Wish.Request(
                Rotation.Kind.ISSUER, id(AUTO, seen.issuer().certificate(), seen.rotation())));
  }

  /** Under a root that verifiers have, or under one that they have to be given first. */
  private static Wish.Request replacing(Authority seen, OfferedIssuer offered) {
    return new Wish.Request(
        seen.root().certificate().equals(offered.root().certificate())
            ? Rotation.Kind.ISSUER
            : Rotation.Kind.ROOT,
        id(OPERATOR, offered.issuer().certificate(), seen.rotation()));
  }
}
