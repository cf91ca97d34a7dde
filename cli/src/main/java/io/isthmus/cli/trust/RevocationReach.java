package io.isthmus.cli.trust;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.isthmus.api.ObjectNames;
import io.isthmus.certs.BundleFormatException;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.cli.CommandException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Follows a revocation to the proxies of every cluster, and names those that it did not reach. */
record RevocationReach(PrintWriter out, Pace pace, Duration timeout) {

  /** Whether all proxies of all clusters enforce it, within the time. */
  boolean follow(OwnDomain first, String sha256) {
    Instant end = pace.now().plus(timeout);
    Optional<Long> published = Optional.empty();
    List<String> reached = new ArrayList<>();
    while (true) {
      if (published.isEmpty()) {
        published = published(first, sha256);
        published.ifPresent(sequence -> out.printf("Published with sequence %d.%n", sequence));
      }
      OwnDomain now = first.again();
      List<Enforced> all = now.enforced(pace.now());
      List<String> late = new ArrayList<>();
      if (published.isPresent()) {
        for (Enforced each : all) {
          if (!each.isAtLeast(published.get())) {
            late.addAll(late(each, published.get()));
          } else if (!reached.contains(each.cluster())) {
            reached.add(each.cluster());
            out.println(
                each.verifiers() == 0
                    ? "No proxy is connected in %s.".formatted(each.cluster())
                    : "Enforced by all %d proxies that are connected in %s."
                        .formatted(each.verifiers(), each.cluster()));
          }
        }
        out.flush();
        if (late.isEmpty()) {
          return true;
        }
      }
      if (!pace.now().isBefore(end)) {
        if (published.isEmpty()) {
          throw notPublished(now);
        }
        out.printf("Not reached within %s:%n", Words.length(timeout));
        late.forEach(line -> out.println("  " + line));
        out.println("What was not reached still believes it. Run this again to look again.");
        return false;
      }
      pace.pause(Pace.LOOK);
    }
  }

  private List<String> late(Enforced each, long sequence) {
    List<String> lines = each.behind(sequence, pace.now());
    return lines.isEmpty() ? List.of(each.cluster() + ": not all proxies") : lines;
  }

  /** With which sequence the control plane tells of it. */
  private static Optional<Long> published(OwnDomain own, String sha256) {
    ConfigMap map =
        own.client()
            .configMaps()
            .inNamespace(own.namespace())
            .withName(ObjectNames.TRUST_BUNDLE)
            .get();
    if (map == null || map.getData() == null) {
      return Optional.empty();
    }
    try {
      TrustBundle bundle =
          TrustBundle.parseJwks(
              TrustDomain.of(own.trustDomain()),
              map.getData()
                  .getOrDefault(ObjectNames.BUNDLE_JWKS_KEY, "")
                  .getBytes(StandardCharsets.UTF_8));
      return bundle.revoked().contains(sha256) ? Optional.of(bundle.sequence()) : Optional.empty();
    } catch (BundleFormatException e) {
      return Optional.empty(); // the control plane is about to write it anew
    }
  }

  private CommandException notPublished(OwnDomain own) {
    return CommandException.refused(
        "the control plane of %s has not published it within %s"
            .formatted(own.cluster(), Words.length(timeout)),
        "ConfigMap %s/%s does not have it in isthmus_revoked"
            .formatted(own.namespace(), ObjectNames.TRUST_BUNDLE),
        "it is written in spec.revoked and stays there: see whether the control plane runs, and its log");
  }
}
