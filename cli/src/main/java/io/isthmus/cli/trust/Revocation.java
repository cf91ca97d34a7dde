package io.isthmus.cli.trust;

import io.isthmus.cli.CommandException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Whether something may be revoked now, what stops by it, and what is written. What leaves come
 * from is revoked without a word only where verifiers trust another one already.
 */
record Revocation(OwnDomain own, RevocationTarget target, Instant now) {

  /** What has to come before it is written. */
  enum First {
    NOTHING,

    /** The rotation that is under way makes leaves come from its new issuer first. */
    THE_SWITCH
  }

  boolean isDone() {
    return own.object().getSpec().revoked().contains(target.sha256());
  }

  /**
   * @param isBreakAllowed whether live traffic may stop
   */
  First check(boolean isBreakAllowed) {
    if (target.use() != RevocationTarget.Use.ACTIVE || isBreakAllowed || isDone()) {
      return First.NOTHING;
    }
    boolean replacesIt =
        own.rotation()
            .filter(rotation -> target.what() == What.ISSUER || rotation.of().equals("Root"))
            .isPresent();
    String phase = own.phase().orElse("");
    if (replacesIt && phase.equals("DualTrust")) {
      return First.THE_SWITCH;
    }
    if (replacesIt && (phase.equals("Switched") || phase.equals("Draining"))) {
      return First.NOTHING; // the control plane goes back to the old one, which is still trusted
    }
    throw CommandException.refused(
        "cannot revoke the %s %s without an outage"
            .formatted(target.what(), Words.digest(target.sha256())),
        "it is %s, and verifiers trust no other one yet; this would stop: %s"
            .formatted(target.use(), String.join("; ", stops())),
        "rotate first, and revoke the old one after the switch: isthmus trust rotate %s; or, when it must not wait: --break"
            .formatted(target.what()));
  }

  /** What stands on it now, by cluster. */
  List<String> stops() {
    List<String> lines = new ArrayList<>();
    boolean isActiveRoot =
        target.what() == What.ROOT && target.use() == RevocationTarget.Use.ACTIVE;
    for (Enforced enforced : own.enforced(now)) {
      if (!enforced.fresh()) {
        lines.add("what %s has is not known: it does not report".formatted(enforced.cluster()));
        continue;
      }
      int leaves =
          enforced.leaves().stream()
              .filter(each -> isActiveRoot || each.issuer().equals(target.sha256()))
              .mapToInt(Enforced.Leaves::count)
              .sum();
      if (leaves > 0) {
        lines.add(
            "%d proxies of %s are refused until they have a new certificate"
                .formatted(leaves, enforced.cluster()));
      }
      if (enforced.unreported() > 0) {
        lines.add(
            "what %d proxies of %s use is not known: they do not report"
                .formatted(enforced.unreported(), enforced.cluster()));
      }
      int connections = enforced.connections().getOrDefault(target.sha256(), 0);
      if (connections > 0) {
        lines.add(
            "%d connections of proxies in %s are closed"
                .formatted(connections, enforced.cluster()));
      }
    }
    return lines.isEmpty() ? List.of("nothing that is reported") : lines;
  }

  /** What the control plane does about it. */
  String remedy() {
    if (target.use() != RevocationTarget.Use.ACTIVE) {
      return "New certificates come from another issuer already.";
    }
    if (RevocationTarget.hasSwitched(own)) {
      return "The control plane goes back to the issuer before it at once.";
    }
    return target.what() == What.ISSUER
        ? "The control plane makes a new issuer under the same root at once, and proxies renew."
        : "The control plane makes a new root and issuer at once; proxies and peers have to learn the new root before anything is trusted again.";
  }

  Map<String, Object> spec() {
    List<String> revoked = new ArrayList<>(own.object().getSpec().revoked());
    if (!revoked.contains(target.sha256())) {
      revoked.add(target.sha256());
    }
    return Map.of("revoked", revoked);
  }
}
