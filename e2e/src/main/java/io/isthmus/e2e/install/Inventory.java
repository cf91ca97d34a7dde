package io.isthmus.e2e.install;

import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** All objects of a cluster, of whatever kind, a line each: kind, namespace, name. */
public record Inventory(Set<String> lines) {
  private static final String COLUMNS =
      "custom-columns=KIND:.kind,NS:.metadata.namespace,NAME:.metadata.name";

  static Inventory of(KubernetesCluster cluster) {
    String kinds =
        cluster
            .kubectl("api-resources", "--verbs=list", "-o", "name")
            .lines()
            .filter(kind -> !kind.startsWith("events") && !kind.startsWith("componentstatuses"))
            .collect(Collectors.joining(","));
    return new Inventory(
        cluster
            .kubectl("get", kinds, "-A", "--ignore-not-found", "--no-headers", "-o", COLUMNS)
            .lines()
            .map(line -> line.strip().replaceAll(" +", " "))
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  /** What is there and was not. */
  Set<String> since(Inventory before) {
    Set<String> more = new TreeSet<>(lines);
    more.removeAll(before.lines());
    return more;
  }
}
