package io.isthmus.control.enforcement;

import io.isthmus.api.trust.TrustEnforcement.Reporter;
import io.isthmus.certs.TrustDomain;
import io.isthmus.control.enforcement.Reported.Generation;
import io.isthmus.control.serving.Verifier;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is known of one connected proxy.
 *
 * @param reported the last that it said
 * @param connectedSince when it was first seen
 * @param unknownSince when its reports ended, if they have
 */
record Row(
    Verifier verifier,
    Instant connectedSince,
    Optional<Reported> reported,
    Optional<Instant> unknownSince) {
  /** Three reports may be late or lost; then what was said is no acknowledgement any more. */
  private static final Duration CURRENT = Duration.ofSeconds(70);

  /** A proxy opens its reports as soon as its discovery stream is answered. */
  private static final Duration FIRST_REPORT = Duration.ofSeconds(10);

  /** {@code <namespace>/<pod>}. */
  String name() {
    return verifier.node().identity().workload().map(w -> w.namespace() + "/").orElse("")
        + verifier.node().pod();
  }

  boolean enforces(TrustDomain trustDomain, Generation generation, Instant now) {
    return current(now)
        .flatMap(report -> Optional.ofNullable(report.inForce().get(trustDomain)))
        .filter(generation::equals)
        .isPresent();
  }

  /** What it said, while that can be relied on. */
  Optional<Reported> current(Instant now) {
    return unknownSince.isPresent()
        ? Optional.empty()
        : reported.filter(report -> now.isBefore(report.at().plus(CURRENT)));
  }

  /**
   * Whether it is connected, and has had the time to report, and nothing is known of what it shows
   * and keeps.
   */
  boolean isUnreported(Instant now) {
    return current(now).isEmpty() && !now.isBefore(connectedSince.plus(FIRST_REPORT));
  }

  /** What is waited for, without the times that change by themselves. */
  String waiting(TrustDomain trustDomain) {
    if (reported.isEmpty()) {
      return Reporter.waitingForSilent(name());
    }
    Generation generation = reported.get().inForce().get(trustDomain);
    String known = generation == null ? "no sequence" : "sequence " + generation.sequence();
    return name() + " (" + known + (unknownSince.isPresent() ? ", unknown" : "") + ")";
  }

  /** As {@link #waiting}, with the age of what is known. */
  String waiting(TrustDomain trustDomain, Instant now) {
    String text = waiting(trustDomain);
    if (reported.isEmpty()) {
      return text;
    }
    Instant since = unknownSince.orElse(reported.get().at());
    return "%s%s %d s%s)"
        .formatted(
            text.substring(0, text.length() - 1),
            unknownSince.isPresent() ? " for" : ",",
            Math.max(0, Duration.between(since, now).toSeconds()),
            unknownSince.isPresent() ? "" : " ago");
  }

  /** For people: one line. */
  String line(Instant now) {
    if (reported.isEmpty()) {
      return "trust " + name() + " reports nothing";
    }
    Reported report = reported.get();
    String enforced =
        new TreeMap<>(report.inForce())
            .entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue().sequence())
                .collect(Collectors.joining(","));
    String leaf =
        report
            .leaf()
            .map(shown -> "issuer %.16s until %s".formatted(shown.issuer(), shown.notAfter()))
            .orElse("no leaf");
    return "trust %s enforces %s, %s, refuses %d, reported %d s ago%s"
        .formatted(
            name(),
            enforced.isEmpty() ? "nothing" : enforced,
            leaf,
            report.refused().size(),
            Duration.between(report.at(), now).toSeconds(),
            unknownSince.map(since -> ", unknown since " + since).orElse(""));
  }
}
