package io.isthmus.e2e.install;

import io.isthmus.api.Annotations;
import io.isthmus.api.Labels;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the mesh sets on that which is not its own. */
final class Traces {
  private static final Set<String> OF_USERS =
      Set.of(Annotations.INJECT, Labels.EXPORTED, Annotations.TUNNEL);
  private static final String KINDS =
      "namespaces,services,pods,deployments,daemonsets,statefulsets,jobs";

  /** Network namespaces of Pods, by the names that the CNI plugin gave them. */
  private static final String CAPTURED =
      """
      for each in /run/netns/cni-* /var/run/netns/cni-*; do
        [ -e "$each" ] || continue
        ! nsenter --net="$each" nft list tables | grep -qxF 'table inet isthmus' || echo "$each"
      done
      """;

  private Traces() {}

  /**
   * Labels and annotations that users do not write, such as {@code Namespace shop
   * isthmus.io/injection}; those of Pod templates, too.
   */
  static Set<String> marks(KubernetesCluster cluster) {
    return marks(JsonMapper.shared().readTree(cluster.kubectl("get", KINDS, "-A", "-o", "json")));
  }

  /** As {@link #marks(KubernetesCluster)}, in the list that kubectl printed. */
  static Set<String> marks(JsonNode list) {
    Set<String> marks = new TreeSet<>();
    for (JsonNode object : list.path("items")) {
      String name =
          object.path("kind").asString() + " " + object.at("/metadata/name").asString() + " ";
      Stream.of("/metadata", "/spec/template/metadata")
          .map(object::at)
          .flatMap(metadata -> Stream.of(metadata.path("labels"), metadata.path("annotations")))
          .flatMap(map -> map.propertyNames().stream())
          .filter(key -> key.contains(Annotations.PREFIX) && !OF_USERS.contains(key))
          .forEach(key -> marks.add(name + key));
    }
    return marks;
  }

  /** Network namespaces of Pods with rules of ours, a line each. */
  static String captured(KubernetesCluster cluster) {
    return cluster.onNode("sh", "-c", CAPTURED).strip();
  }
}
