package io.isthmus.cli.trust;

import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.api.trust.TrustDomainStatus.Anchor;
import io.isthmus.cli.CommandException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One certificate that is to be revoked.
 *
 * @param sha256 of its DER, lower-case hexadecimal
 * @param use what it is in use for now
 */
record RevocationTarget(What what, String sha256, Use use) {
  private static final int SHORTEST = 8;

  /** What a certificate is in use for. */
  enum Use {
    /** New leaves come from it. */
    ACTIVE("in use for new certificates"),

    /** It is trusted, or leaves of it are, beside the active one. */
    BESIDE("trusted beside the active one"),

    /** The control plane shows no such certificate. */
    UNKNOWN("not one that the control plane shows");

    private final String text;

    Use(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private record Known(What what, String sha256, Use use) {}

  /**
   * @param typed a digest or its beginning; null for the old one during a rotation that has
   *     switched, else for the active one
   */
  static RevocationTarget find(OwnDomain own, What what, @Nullable String typed, Instant now) {
    List<Known> all = known(own, now);
    List<Known> ofKind = all.stream().filter(each -> each.what() == what).toList();
    if (typed == null) {
      return byUse(ofKind, hasSwitched(own) ? Use.BESIDE : Use.ACTIVE)
          .or(() -> byUse(ofKind, Use.ACTIVE))
          .map(RevocationTarget::of)
          .orElseThrow(() ->
              CommandException.refused(
                  "cannot tell which %s to revoke".formatted(what),
                  "the control plane shows none, or several",
                  "name it by its SHA-256; known are: " + names(ofKind)));
    }
    String digest = typed.toLowerCase(Locale.ROOT).replace(":", "").replaceFirst("^sha256", "");
    if (!digest.matches("[0-9a-f]{%d,64}".formatted(SHORTEST))) {
      throw CommandException.usage(
          "\"%s\" is no SHA-256".formatted(typed),
          "expected 64 hexadecimal digits, or at least the first %d".formatted(SHORTEST),
          "known are: " + names(all));
    }
    List<Known> found = all.stream().filter(each -> each.sha256().startsWith(digest)).toList();
    if (found.size() == 1) {
      if (found.getFirst().what() != what) {
        throw CommandException.refused(
            "%s is no %s".formatted(Words.digest(digest), what),
            "it is the SHA-256 of an " + found.getFirst().what(),
            "isthmus trust revoke " + found.getFirst().what() + " " + typed);
      }
      return of(found.getFirst());
    }
    if (digest.length() < 64) {
      throw CommandException.refused(
          "cannot tell which %s %s is".formatted(what, typed),
          "%d of those that are known begin like that".formatted(found.size()),
          "name all 64 digits; known are: " + names(all));
    }
    return new RevocationTarget(what, digest, Use.UNKNOWN);
  }

  private static RevocationTarget of(Known known) {
    return new RevocationTarget(known.what(), known.sha256(), known.use());
  }

  static boolean hasSwitched(OwnDomain own) {
    return own.phase().filter(List.of("Switched", "Draining", "Retired")::contains).isPresent();
  }

  private static Optional<Known> byUse(List<Known> known, Use use) {
    List<Known> found = known.stream().filter(each -> each.use() == use).toList();
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  private static List<Known> known(OwnDomain own, Instant now) {
    List<Known> known = new ArrayList<>();
    own.status().map(TrustDomainStatus::anchors).stream()
        .flatMap(List::stream)
        .map(anchor ->
            new Known(
                What.ROOT,
                anchor.sha256(),
                anchor.role().equals(Anchor.ACTIVE) ? Use.ACTIVE : Use.BESIDE))
        .forEach(known::add);
    Optional<String> active =
        own.status().map(TrustDomainStatus::issuer).map(TrustDomainStatus.IssuerStatus::sha256);
    active.ifPresent(issuer -> known.add(new Known(What.ISSUER, issuer, Use.ACTIVE)));
    own.enforced(now).stream()
        .flatMap(enforced -> enforced.leaves().stream())
        .map(Enforced.Leaves::issuer)
        .distinct()
        .filter(issuer -> !active.equals(Optional.of(issuer)))
        .map(issuer -> new Known(What.ISSUER, issuer, Use.BESIDE))
        .forEach(known::add);
    return known;
  }

  private static String names(List<Known> known) {
    return known.isEmpty()
        ? "none"
        : String.join(
            ", ",
            known.stream()
                .map(each -> "%s %s (%s)".formatted(each.what(), each.sha256(), each.use()))
                .toList());
  }
}
