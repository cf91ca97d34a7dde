package io.isthmus.control.authority;

import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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
    atLeast("leafLifetime", leaf, SHORTEST_LEAF);
    atMost("leafLifetime", leaf, LONGEST_LEAF);
    atMost("issuerLifetime", issuer, LONGEST_ISSUER);
    atMost("rootLifetime", root, LONGEST_ROOT);
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

  /** What the object says. Throws with the field, its value and what was expected. */
  static Lifetimes of(TrustDomain own) throws AuthorityException {
    try {
      return of(own.getSpec() == null ? null : own.getSpec().authority());
    } catch (IllegalArgumentException e) {
      throw new AuthorityException(
          "TrustDomain %s: %s".formatted(own.getMetadata().getName(), e.getMessage()), e);
    }
  }

  private static Lifetimes of(TrustDomainSpec.@Nullable Authority said) {
    if (said == null || said.managed() == null) {
      throw new IllegalArgumentException(
          PLACE + "leafLifetime is absent: expected a period such as 24h");
    }
    TrustDomainSpec.Managed managed = said.managed();
    return new Lifetimes(
        period("rootLifetime", managed.rootLifetime()),
        period("issuerLifetime", managed.issuerLifetime()),
        period("leafLifetime", managed.leafLifetime()),
        managed.rotateIssuerAt());
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
          "%s%s='%s': expected a period such as 24h".formatted(PLACE, field, text));
    }
    return period;
  }

  private static void atLeast(String field, Duration value, Duration bound) {
    if (value.compareTo(bound) < 0) {
      throw new IllegalArgumentException(
          "%s%s=%s: expected at least %s".formatted(PLACE, field, show(value), show(bound)));
    }
  }

  private static void atMost(String field, Duration value, Duration bound) {
    if (value.compareTo(bound) > 0) {
      throw new IllegalArgumentException(
          "%s%s=%s: expected at most %s".formatted(PLACE, field, show(value), show(bound)));
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
