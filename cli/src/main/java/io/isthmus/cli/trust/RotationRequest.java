package io.isthmus.cli.trust;

import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.cli.CommandException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Asks for one rotation of the own trust domain, once: another one that runs, or was asked for and
 * has not begun, is never replaced.
 */
record RotationRequest(OwnDomain own, What what, String id) {
  private static final DateTimeFormatter ID =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** How ids begin of rotations that nobody asked for: what was asked for before is over then. */
  private static final String BY_ITSELF = "auto-";

  RotationRequest {
    if (id.startsWith(BY_ITSELF)) {
      throw CommandException.usage(
          "cannot use the id \"%s\"".formatted(id),
          BY_ITSELF + " is how the control plane's own rotations are called",
          "name another --id, or leave it out");
    }
    if (!id.matches("[A-Za-z0-9._-]{1,63}")) {
      throw CommandException.usage(
          "cannot use the id \"%s\"".formatted(id),
          "expected 1 to 63 letters, digits, '.', '_' or '-'",
          "leave --id out, and one is made of the date");
    }
  }

  static String newId(What what, Instant now) {
    return what + "-" + ID.format(now);
  }

  /** Whether this very rotation is asked for already, and goes forward. */
  boolean isAsked() {
    return isKnown() && !own.isAborted();
  }

  private boolean isKnown() {
    return own.asked()
        .filter(asked -> asked.id().equals(id) && asked.request().equals(what.request()))
        .isPresent();
  }

  /** Refuses when another one is in the way. */
  void check() {
    if (own.issuesFromAnOperator()) {
      throw CommandException.refused(
          "cannot ask for a rotation of " + own.trustDomain(),
          "its issuers are made elsewhere (spec.authority.operator): the control plane rotates to the next one by itself",
          "install it: isthmus trust install-issuer");
    }
    String phase =
        own.phase()
            .orElseThrow(() ->
                CommandException.refused(
                    "cannot ask for a rotation of " + own.trustDomain(),
                    "the TrustDomain %s has no status.phase: no control plane has written it"
                        .formatted(own.cluster()),
                    "start the control plane, and wait until: kubectl get trustdomain "
                        + own.cluster()));
    String last = own.rotation().map(rotation -> rotation.id()).orElse("");
    if (!phase.equals("Steady") && !(last.equals(id) && isKnown())) {
      throw CommandException.refused(
          "cannot ask for a rotation of " + own.trustDomain(),
          "the rotation %s of the %s is in %s since %s"
              .formatted(
                  last,
                  own.rotation().map(rotation -> rotation.of().toLowerCase(Locale.ROOT)).orElse(""),
                  phase,
                  own.rotation().map(rotation -> Words.second(rotation.since())).orElse("")),
          "wait for it (isthmus trust status), or take it back: isthmus trust abort");
    }
    Optional<TrustDomainSpec.Rotation> asked = own.asked();
    if (phase.equals("Steady") && isKnown() && own.isAborted() && last.equals(id)) {
      throw CommandException.refused(
          "cannot ask for a rotation of " + own.trustDomain(),
          "the rotation %s was taken back, and an id asks only once".formatted(id),
          "name another --id, or leave it out");
    }
    boolean hasBegun =
        last.startsWith(BY_ITSELF) || asked.filter(a -> a.id().equals(last)).isPresent();
    if (asked.isPresent() && !isKnown() && !hasBegun && !own.isAborted()) {
      throw CommandException.refused(
          "cannot ask for a rotation of " + own.trustDomain(),
          "the rotation %s is asked for, and has not begun yet".formatted(asked.get().id()),
          "wait for it: isthmus trust status");
    }
    if (asked.isPresent()
        && asked.get().id().equals(id)
        && !asked.get().request().equals(what.request())) {
      throw CommandException.refused(
          "cannot ask for a rotation of " + own.trustDomain(),
          "the id %s was one of the %s".formatted(id, asked.get().request()),
          "name another --id");
    }
  }

  /** What is written; a former rotation's abort and exceptions do not hold for this one. */
  Map<String, Object> spec() {
    Map<String, Object> rotation = new LinkedHashMap<>();
    rotation.put("request", what.request());
    rotation.put("id", id);
    rotation.put("abort", false);
    rotation.put("leaveBehind", List.of());
    rotation.put("passOver", List.of());
    return Map.of("rotation", rotation);
  }

  /** What a former rotation did not wait for, and this one does; one line each. */
  List<String> waitedForAgain() {
    return own.asked().filter(asked -> !asked.id().equals(id)).stream()
        .flatMap(asked ->
            Stream.concat(
                asked.leaveBehind().stream().map("%s was left behind"::formatted),
                asked.passOver().stream().map("%s was passed over"::formatted)))
        .map("%s before, and is waited for again."::formatted)
        .toList();
  }
}
