package io.isthmus.cli.trust;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.isthmus.api.ObjectNames;
import io.isthmus.certs.BundleFormatException;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.Pace;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Follows a revocation to the proxies of every cluster, and names those that it did not reach. */
record RevocationReach(PrintWriter out, Pace pace, Duration timeout) {

  /** Whether all proxies of all clusters enforce it, within the time. */
  boolean follow(OwnDomain first, String sha256) {
    Instant end = pace.now().plus(timeout);
    PatientLook look = new PatientLook(out, pace);
    Optional<Enforced.Wanted> published = Optional.empty();
    List<String> reached = new ArrayList<>();
    List<String> late = List.of("not known: its API server does not answer");
    while (true) {
      if (published.isEmpty()) {
        published = look.at(() -> published(first, sha256)).flatMap(Function.identity());
        published.ifPresent(
            wanted -> out.printf("Published with sequence %d.%n", wanted.sequence()));
      }
      if (published.isPresent()) {
        Optional<List<Enforced>> all = look.at(() -> first.again().enforced(pace.now()));
        if (all.isPresent()) {
          late = late(all.get(), published.get(), reached);
        }
        if (late.isEmpty()) {
          return true;
        }
      }
      if (!pace.now().isBefore(end)) {
        Enforced.Wanted wanted = published.orElseThrow(() -> notPublished(first));
        out.printf("Not reached within %s:%n", Words.length(timeout));
        late.forEach(line -> out.println("  " + line));
        if (wanted.shared()) {
          out.printf(
              "Clusters that share %s each publish their own bundle: revoke it in each of them.%n",
              first.trustDomain());
        }
        out.println("What was not reached still believes it. Run this again to look again.");
        return false;
      }
      pace.pause(Pace.LOOK);
    }
  }

  /** Says which clusters it has reached by now, and returns what it has not, one line each. */
  private List<String> late(List<Enforced> all, Enforced.Wanted wanted, List<String> reached) {
    List<String> late = new ArrayList<>();
    for (Enforced each : all) {
      if (!each.isAtLeast(wanted)) {
        List<String> lines = each.behind(wanted, pace.now());
        late.addAll(lines.isEmpty() ? List.of(each.cluster() + ": not all proxies") : lines);
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
    return late;
  }

  /** As what the control plane tells of it. */
  private static Optional<Enforced.Wanted> published(OwnDomain own, String sha256) {
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
      return bundle.revoked().contains(sha256)
          ? Optional.of(new Enforced.Wanted(bundle.sequence(), bundle.digest(), own.isShared()))
          : Optional.empty();
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
