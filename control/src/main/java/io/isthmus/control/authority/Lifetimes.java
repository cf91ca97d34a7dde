package io.isthmus.control.authority;

import io.isthmus.api.trust.TrustDomainSpec;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long roots, issuers and leaves last, as the own TrustDomain says. The API server holds these
 * bounds too; they are held again for an object that came there before its rules.
 *
 * @param root more than {@code issuer}, at most {@link #LONGEST_ROOT}
 * @param issuer more than twice {@code leaf}, at most {@link #LONGEST_ISSUER}: leaves are renewed
 *     at half of their life, and the new issuer has to be there before the old one ends
 * @param leaf from {@link #SHORTEST_LEAF} to {@link #LONGEST_LEAF}
 * @param rotateIssuerAt the part of its life after which an issuer is replaced by itself, from
 *     {@link #EARLIEST_ROTATION} to {@link #LATEST_ROTATION}; 0 for never
 */
public record Lifetimes(Duration root, Duration issuer, Duration leaf, double rotateIssuerAt) {
  static final Duration SHORTEST_LEAF = Duration.ofSeconds(20);
  static final Duration LONGEST_LEAF = Duration.ofHours(2_160);
  static final Duration LONGEST_ISSUER = Duration.ofHours(87_600);
  static final Duration LONGEST_ROOT = Duration.ofHours(262_800);
  static final double EARLIEST_ROTATION = 0.1;
  static final double LATEST_ROTATION = 0.9;

  private static final String PLACE = "spec.authority.managed.";
  private static final Pattern PERIOD = Pattern.compile("([0-9]{1,9})(h|m|s)");

  public Lifetimes {
    checkLeaf(PLACE, leaf);
    atMost(PLACE + "issuerLifetime", issuer, LONGEST_ISSUER);
    atMost(PLACE + "rootLifetime", root, LONGEST_ROOT);
    if (issuer.compareTo(leaf.multipliedBy(2)) <= 0) {
      throw new IllegalArgumentException(
          "%sissuerLifetime=%s: expected more than twice leafLifetime=%s"
              .formatted(PLACE, show(issuer), show(leaf)));
    }
    if (root.compareTo(issuer) <= 0) {
      throw new IllegalArgumentException(
          "%srootLifetime=%s: expected more than issuerLifetime=%s"
              .formatted(PLACE, show(root), show(issuer)));
    }
    boolean isPart = rotateIssuerAt >= EARLIEST_ROTATION && rotateIssuerAt <= LATEST_ROTATION;
    if (!isPart && rotateIssuerAt != 0) {
      throw new IllegalArgumentException(
          "%srotateIssuerAt=%s: expected %s to %s, or 0 to switch it off"
              .formatted(PLACE, rotateIssuerAt, EARLIEST_ROTATION, LATEST_ROTATION));
    }
  }

  /** Throws {@link IllegalArgumentException} with the field, its value and what was expected. */
  static Lifetimes of(TrustDomainSpec.Managed managed) {
    return new Lifetimes(
        period(PLACE + "rootLifetime", managed.rootLifetime()),
        period(PLACE + "issuerLifetime", managed.issuerLifetime()),
        leaf(PLACE, managed.leafLifetime()),
        managed.rotateIssuerAt());
  }

  /** A {@code leafLifetime} alone; throws as {@link #of} does. */
  static Duration leaf(String place, String text) {
    Duration leaf = period(place + "leafLifetime", text);
    checkLeaf(place, leaf);
    return leaf;
  }

  private static void checkLeaf(String place, Duration leaf) {
    if (leaf.compareTo(SHORTEST_LEAF) < 0) {
      throw new IllegalArgumentException(
          "%sleafLifetime=%s: expected at least %s"
              .formatted(place, show(leaf), show(SHORTEST_LEAF)));
    }
    atMost(place + "leafLifetime", leaf, LONGEST_LEAF);
  }

  /** Go's: parts such as {@code 1h30m}. */
  private static Duration period(String field, String text) {
    Duration period = Duration.ZERO;
    Matcher matcher = PERIOD.matcher(text);
    int end = 0;
    while (matcher.find() && matcher.start() == end) {
      long count = Long.parseLong(matcher.group(1));
      period =
          period.plus(
              switch (matcher.group(2)) {
                case "h" -> Duration.ofHours(count);
                case "m" -> Duration.ofMinutes(count);
                default -> Duration.ofSeconds(count);
              });
      end = matcher.end();
    }
    if (text.isEmpty() || end != text.length()) {
      throw new IllegalArgumentException(
          "%s='%s': expected a period such as 24h".formatted(field, text));
    }
    return period;
  }

  private static void atMost(String field, Duration value, Duration bound) {
    if (value.compareTo(bound) > 0) {
      throw new IllegalArgumentException(
          "%s=%s: expected at most %s".formatted(field, show(value), show(bound)));
    }
  }

  private static String show(Duration value) {
    long seconds = value.toSeconds();
    if (seconds % 3600 == 0) {
      return seconds / 3600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
