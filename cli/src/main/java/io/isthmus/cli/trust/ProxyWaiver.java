package io.isthmus.cli.trust;

import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.cli.CommandException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A proxy that acknowledges nothing, such as an Envoy or a ztunnel, and is passed over. The control
 * plane waits all the same for one that says anything at all.
 *
 * @param own this cluster, which is left out of names
 * @param proxy namespace/pod
 */
record ProxyWaiver(String own, String cluster, String proxy) implements Waiver {
  private static final Pattern NAME = Pattern.compile("([a-z0-9.-]+/)?[a-z0-9-]+/[a-z0-9.-]+");

  static ProxyWaiver of(String typed, String own) {
    if (!NAME.matcher(typed).matches()) {
      throw CommandException.usage(
          "\"%s\" names no proxy".formatted(typed),
          "expected namespace/pod, or cluster/namespace/pod for one of a linked cluster",
          "take it from: isthmus trust status");
    }
    String whole = whole(typed, own);
    int end = whole.indexOf('/');
    return new ProxyWaiver(own, whole.substring(0, end), whole.substring(end + 1));
  }

  private static String whole(String name, String own) {
    return name.chars().filter(each -> each == '/').count() == 1 ? own + "/" + name : name;
  }

  @Override
  public String name() {
    return cluster.equals(own) ? proxy : cluster + "/" + proxy;
  }

  @Override
  public String field() {
    return "passOver";
  }

  @Override
  public List<String> list(TrustDomainSpec.Rotation asked) {
    return asked.passOver();
  }

  @Override
  public boolean isNamedBy(String entry) {
    return whole(entry, own).equals(cluster + "/" + proxy);
  }

  @Override
  public String attempt() {
    return "pass over " + name();
  }

  @Override
  public String done() {
    return "passed over";
  }

  @Override
  public void check(OwnDomain domain, Instant now) {
    Enforced there =
        domain.enforced(now).stream()
            .filter(each -> each.cluster().equals(cluster))
            .findFirst()
            .orElseThrow(() ->
                CommandException.refused(
                    "cannot " + attempt(),
                    "no Link leads to a cluster %s; those linked are %s"
                        .formatted(cluster, domain.linked()),
                    "name a proxy of one of them, or of this cluster"));
    if (!there.fresh()) {
      throw CommandException.refused(
          "cannot " + attempt(),
          there.late(now).getFirst() + ": nothing is known of its proxies",
          "find out why: isthmus trust status; or leave all of it behind: isthmus trust leave-behind "
              + cluster);
    }
    if (there.silent().contains(proxy)) {
      return;
    }
    throw said(there)
        .map(line ->
            CommandException.refused(
                "cannot " + attempt(),
                "it speaks for itself, and is waited for: " + line,
                "see its /ready and its log; delete the Pod if it is stuck"))
        .findFirst()
        .orElseGet(() ->
            CommandException.refused(
                "cannot " + attempt(),
                there.silent().isEmpty()
                    ? "every connected proxy of %s reports: there is none to pass over"
                        .formatted(cluster)
                    : "no connected proxy of %s that reports nothing has this name; those are %s"
                        .formatted(cluster, there.silent()),
                there.silent().isEmpty()
                    ? "see what is waited for: isthmus trust status"
                    : "name one of them"));
  }

  /** What is waited for of the proxy by name, as of one that is late or refuses. */
  private Stream<String> said(Enforced there) {
    return Stream.concat(there.waitingFor().stream(), there.refused().stream())
        .filter(line -> Arrays.asList(line.split(" ", 2)).getFirst().equals(proxy));
  }

  @Override
  public List<String> consequences(OwnDomain domain, Instant now) {
    return List.of(
        "It reports nothing, so it is your word that it has the bundle: see that it does.",
        "If it has not, it refuses the new certificates of %s, and nobody here is told."
            .formatted(domain.trustDomain()));
  }
}
