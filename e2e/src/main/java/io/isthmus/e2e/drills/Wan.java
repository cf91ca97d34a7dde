package io.isthmus.e2e.drills;

import io.isthmus.cli.process.Command;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.util.ArrayList;
import java.util.List;

/** The network between the clusters: what its router drops besides, and where it leads. */
public final class Wan {
  private static final String NETNS = "/run/netns/isthmus-testbed-";
  private static final String INTERNET = NETNS + "internet";

  private Wan() {}

  /** From now on drops what a rule matches. */
  static void drop(String... matches) {
    dropWithin(INTERNET, matches);
  }

  static void dropNothing() {
    dropNothingWithin(INTERNET);
  }

  /** On a cluster's first node, which is the second one's way to everything. */
  public static void dropFromSecondNode(KubernetesCluster from, KubernetesCluster to) {
    dropWithin(
        NETNS + from.name(),
        "iifname to-%s-2 ip daddr %s tcp dport 15008".formatted(from.name(), to.publicAddress()));
  }

  /** Of {@link #dropFromSecondNode}. */
  public static void dropNothingOf(KubernetesCluster cluster) {
    dropNothingWithin(NETNS + cluster.name());
  }

  private static void dropWithin(String namespace, String... matches) {
    StringBuilder rules =
        new StringBuilder(
            "add table inet drill; flush table inet drill; add chain inet drill forward { type filter"
                + " hook forward priority -5; }");
    for (String match : matches) {
      rules.append("; add rule inet drill forward ").append(match).append(" drop");
    }
    within(namespace, "nft", rules.toString());
  }

  private static void dropNothingWithin(String namespace) {
    within(namespace, "nft", "add table inet drill; delete table inet drill");
  }

  /** New connections, and packets of those that are open, to a cluster's gateway from the other. */
  static String toGateway(KubernetesCluster from, KubernetesCluster to) {
    return "iifname to-%s ip daddr %s tcp dport 15008".formatted(from.name(), to.publicAddress());
  }

  /** Whether packets of TCP leave a node as they go over a wire: as long as its MTU at most. */
  static void wholePackets(KubernetesCluster cluster, boolean isWire) {
    within(
        NETNS + cluster.name(),
        "ip",
        "link",
        "set",
        "wan0",
        "gso_max_segs",
        isWire ? "1" : "65535");
  }

  /** Leads an address to the cluster that {@code to}'s is led to. */
  static void lead(String address, KubernetesCluster to) {
    String route = within(INTERNET, "ip", "-o", "route", "get", to.publicAddress());
    String via = route.replaceFirst("(?s).* via (\\S+) .*", "$1");
    within(INTERNET, "ip", "route", "replace", address + "/32", "via", via);
  }

  static void leadNowhere(String address) {
    within(INTERNET, "ip", "route", "flush", "exact", address + "/32");
  }

  private static String within(String namespace, String... command) {
    List<String> line = new ArrayList<>(List.of("nsenter", "--net=" + namespace));
    line.addAll(List.of(command));
    return Command.run(line.toArray(String[]::new));
  }
}
