package io.isthmus.cli.trust;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a rotation would do, in which order, and what would hold it if it came there now.
 *
 * @param first what is stored at its beginning
 */
record Outlook(OwnDomain own, What what, String first, Instant now) {

  /** Of one whose authorities the control plane makes. */
  static Outlook making(OwnDomain own, What what, Instant now) {
    return new Outlook(
        own,
        what,
        switch (what) {
          case ROOT -> "made and stored: a new root and an issuer under it";
          case ISSUER -> "made and stored: a new issuer under the same root";
        },
        now);
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s of %s in cluster %s would be replaced, with nothing restarted:"
            .formatted(
                what == What.ROOT ? "The root and the issuer" : "The issuer",
                own.trustDomain(),
                own.cluster()));
    lines.add("  1. Prepared   %s; not in use yet".formatted(first));
    lines.add(
        what == What.ROOT
            ? "  2. DualTrust  all verifiers are told to trust both roots, until each one in %s does"
                .formatted(clusters())
            : "  2. DualTrust  verifiers trust the new issuer by its root already; each one in %s has to show it"
                .formatted(clusters()));
    hold(lines);
    lines.add(
        "  3. Switched   leaves come from the new issuer, until all %d are renewed (at half of their life)"
            .formatted(leaves()));
    lines.add(
        "  4. Draining   until nothing of the old %s was in use for the life of a leaf"
            .formatted(what));
    lines.add(
        what == What.ROOT
            ? "  5. Retired    verifiers are told to trust the new root alone; the old keys are deleted"
            : "  5. Retired    the old issuer's key is deleted");
    lines.add(
        "Until 5 it can be taken back: isthmus trust abort. Time alone moves nothing forward.");
    return lines;
  }

  private String clusters() {
    return String.join(", ", own.enforced(now).stream().map(Enforced::cluster).toList());
  }

  private int leaves() {
    return own.enforced(now).stream()
        .flatMap(enforced -> enforced.leaves().stream())
        .mapToInt(Enforced.Leaves::count)
        .sum();
  }

  private void hold(List<String> lines) {
    List<String> held = held();
    if (held.isEmpty()) {
      lines.add("                Right now nothing would hold it there.");
      return;
    }
    lines.add("                Right now it would be held there by:");
    held.forEach(line -> lines.add("                  " + line));
  }

  /** Who is late already, or silent, would not follow the next generation either. */
  List<String> held() {
    Enforced.Wanted published =
        Enforced.Wanted.of(own.status().map(status -> status.bundle()), own.isShared());
    return own.enforced(now).stream()
        .flatMap(enforced -> enforced.behind(published, now).stream())
        .toList();
  }
}
