package io.isthmus.cli.trust;

import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.cli.CommandException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A linked cluster that is left behind. */
record ClusterWaiver(String name) implements Waiver {
  @Override
  public String field() {
    return "leaveBehind";
  }

  @Override
  public List<String> list(TrustDomainSpec.Rotation asked) {
    return asked.leaveBehind();
  }

  @Override
  public boolean isNamedBy(String entry) {
    return entry.equals(name);
  }

  @Override
  public String attempt() {
    return "leave %s behind".formatted(name);
  }

  @Override
  public String done() {
    return "left behind";
  }

  @Override
  public void check(OwnDomain own, Instant now) {
    if (name.equals(own.cluster())) {
      throw CommandException.refused(
          "cannot " + attempt(),
          "it is the cluster whose trust is rotated: its own proxies would be locked out",
          "find out why it does not report: isthmus trust status");
    }
    List<String> linked = own.linked();
    if (!linked.contains(name)) {
      throw CommandException.refused(
          "cannot " + attempt(),
          linked.isEmpty()
              ? "no cluster is linked to %s, and so none is waited for".formatted(own.cluster())
              : "no Link leads to a cluster of this name; those linked are %s".formatted(linked),
          linked.isEmpty() ? "see what is: isthmus trust status" : "name one of them");
    }
  }

  @Override
  public List<String> consequences(OwnDomain own, Instant now) {
    List<String> lines = new ArrayList<>();
    own.enforced(now).stream()
        .filter(each -> each.cluster().equals(name))
        .flatMap(each -> each.late(now).stream())
        .forEach(line -> lines.add("Now: " + line));
    lines.add("Proxies there that do not enforce the new anchor in time refuse");
    lines.add(
        "the new certificates of %s: calls between the two fail until the bundle has reached them over the Link."
            .formatted(own.trustDomain()));
    return lines;
  }
}
