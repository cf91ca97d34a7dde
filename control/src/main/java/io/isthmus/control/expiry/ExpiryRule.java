package io.isthmus.control.expiry;

import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.TrustBundle;
import io.isthmus.control.authority.Authority;
import io.isthmus.control.authority.AuthorityForm;
import io.isthmus.control.authority.Lifetimes;
import io.isthmus.control.authority.Phase;
import io.isthmus.control.authority.Rotation;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * When to warn. An issuer at {@link #ISSUER_PART} of its life should have been replaced by itself
 * before. A root at {@link #ANCHOR_PART}, or when less than two issuers' lives are left, since the
 * rotation of a root takes as long as somebody needs to carry it to where nobody reports from. Of a
 * peer's bundle its last anchor counts: with a later one in it the peer is rotating.
 */
public final class ExpiryRule {
  static final double ISSUER_PART = 0.75;
  static final double ANCHOR_PART = 0.8;

  private ExpiryRule() {}

  /**
   * @param form says how long the next issuer will last, and whose it will be
   * @return the first end first
   */
  public static List<Expiry> own(Authority authority, AuthorityForm form, Instant now) {
    List<Expiry> found = new ArrayList<>();
    X509Certificate issuer = authority.issuer().certificate();
    Instant end = end(issuer);
    if (authority.issuer().holdsKey()
        && isPast(authority.issuer().madeAt(), end, ISSUER_PART, now)) {
      found.add(
          new Expiry(
              Expiry.Kind.ISSUER,
              end,
              "the issuer %s %s: %s"
                  .formatted(name(issuer), ends(end, now), remedy(authority.rotation(), form))));
    }
    X509Certificate root = authority.root().certificate();
    Instant last = end(root);
    if (isPast(start(root), last, ANCHOR_PART, now)
        || !now.isBefore(last.minus(issuerLife(authority, form).multipliedBy(2)))) {
      found.add(
          new Expiry(
              Expiry.Kind.ROOT,
              last,
              "the root %s %s, and no root is replaced by itself: %s"
                  .formatted(name(root), ends(last, now), rootRemedy(authority.rotation(), form))));
    }
    found.sort(Comparator.comparing(Expiry::end));
    return found;
  }

  private static Duration issuerLife(Authority authority, AuthorityForm form) {
    X509Certificate issuer = authority.issuer().certificate();
    return switch (form) {
      case AuthorityForm.Managed(Lifetimes lifetimes) -> lifetimes.issuer();
      case AuthorityForm.Operator _ -> Duration.between(start(issuer), end(issuer));
    };
  }

  private static String remedy(Rotation rotation, AuthorityForm form) {
    return running(rotation)
        .orElseGet(() ->
            switch (form) {
              case AuthorityForm.Managed _ ->
                  "ask for another with spec.rotation (request: Issuer, and a new id)";
              case AuthorityForm.Operator(String secret, Duration _) ->
                  "sign another, and put it into the Secret " + secret;
            });
  }

  private static String rootRemedy(Rotation rotation, AuthorityForm form) {
    return running(rotation)
        .orElseGet(() ->
            switch (form) {
              case AuthorityForm.Managed _ ->
                  "ask with spec.rotation (request: Root, and a new id)";
              case AuthorityForm.Operator(String secret, Duration _) ->
                  "put an issuer under another root into the Secret " + secret;
            });
  }

  private static Optional<String> running(Rotation rotation) {
    return rotation.phase() == Phase.STEADY
        ? Optional.empty()
        : Optional.of(
            "rotation %s is in phase %s: see what status.rotation.waitingFor says"
                .formatted(rotation.id(), rotation.phase().word()));
  }

  /**
   * @param source where the bundle comes from, for people
   */
  public static Optional<Expiry> peer(TrustBundle bundle, String source, Instant now) {
    return bundle.anchors().stream()
        .max(Comparator.comparing(ExpiryRule::end))
        .filter(anchor -> isPast(start(anchor), end(anchor), ANCHOR_PART, now))
        .map(anchor ->
            new Expiry(
                Expiry.Kind.BUNDLE_ANCHOR,
                end(anchor),
                "the last anchor of %s, %s from %s, %s: whoever issues for %s has to rotate its root before"
                    .formatted(
                        bundle.trustDomain(),
                        name(anchor),
                        source,
                        ends(end(anchor), now),
                        bundle.trustDomain())));
  }

  private static boolean isPast(Instant start, Instant end, double part, Instant now) {
    double millis = Duration.between(start, end).toMillis() * part;
    return !now.isBefore(start.plusMillis((long) millis));
  }

  private static String ends(Instant end, Instant now) {
    return (now.isBefore(end) ? "ends at " : "ended at ") + end;
  }

  private static String name(X509Certificate certificate) {
    return Fingerprint.shown(Fingerprint.of(certificate));
  }

  private static Instant start(X509Certificate certificate) {
    return certificate.getNotBefore().toInstant();
  }

  private static Instant end(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant();
  }
}
