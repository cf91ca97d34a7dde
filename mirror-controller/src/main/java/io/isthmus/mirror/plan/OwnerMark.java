package io.isthmus.mirror.plan;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.isthmus.api.Labels;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The labels that say that an object is ours: every write carries them, every delete checks. */
public final class OwnerMark {
  private OwnerMark() {}

  /** The labels with the mark of a peer's cluster. */
  public static Map<String, String> on(Map<String, String> labels, String cluster) {
    Map<String, String> marked = new TreeMap<>(labels);
    marked.put(Labels.MIRRORED, Labels.MIRRORED_TRUE);
    marked.put(Labels.CLUSTER, cluster);
    marked.put(Labels.MANAGED_BY, Labels.MANAGED_BY_MIRROR_CONTROLLER);
    return marked;
  }

  /** The cluster that an object of ours mirrors; empty for everyone else's objects. */
  public static Optional<String> clusterOf(HasMetadata object) {
    Map<String, String> labels = object.getMetadata().getLabels();
    if (labels == null
        || !Labels.MIRRORED_TRUE.equals(labels.get(Labels.MIRRORED))
        || !Labels.MANAGED_BY_MIRROR_CONTROLLER.equals(labels.get(Labels.MANAGED_BY))) {
      return Optional.empty();
    }
    return Optional.ofNullable(labels.get(Labels.CLUSTER));
  }

  public static boolean isOn(HasMetadata object, String cluster) {
    return clusterOf(object).filter(cluster::equals).isPresent();
  }
}
