package io.isthmus.mirror.plan;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.isthmus.api.ExportWords;
import io.isthmus.api.ObjectNames;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A Service of the peer, as its mirror sees it. */
record Export(Service service) {
  /** The longest name of a Service, RFC 1035. */
  private static final int MAX_NAME = 63;

  ObjectKey key() {
    return ObjectKey.of(service);
  }

  /** Where the mirror is to be. */
  ObjectKey mirror(String cluster) {
    ObjectKey key = key();
    return new ObjectKey(key.namespace(), ObjectNames.mirror(key.name(), cluster));
  }

  /**
   * Whether the exporter means this cluster: without an annotation, it means all that are linked.
   */
  boolean isFor(String cluster) {
    return ExportWords.isFor(cluster, annotations());
  }

  private Map<String, String> labels() {
    Map<String, String> labels = service.getMetadata().getLabels();
    return labels == null ? Map.of() : labels;
  }

  Map<String, String> annotations() {
    Map<String, String> annotations = service.getMetadata().getAnnotations();
    return annotations == null ? Map.of() : annotations;
  }

  /** What a tunnel can carry. */
  List<ServicePort> ports() {
    return service.getSpec().getPorts().stream()
        .filter(port -> port.getProtocol() == null || port.getProtocol().equals("TCP"))
        .toList();
  }

  /** Why there can be no mirror, whatever is here. */
  Optional<Problem> unsupported(String cluster) {
    if ("ExternalName".equals(service.getSpec().getType())) {
      return Optional.of(
          new Problem.Unsupported(key(), "its type is ExternalName, which has no endpoints"));
    }
    if ("None".equals(service.getSpec().getClusterIP())) {
      return Optional.of(
          new Problem.Unsupported(
              key(), "it is headless, and mirrors of headless Services are not built"));
    }
    Optional<String> misread = ExportWords.problem(labels(), annotations());
    if (misread.isPresent()) {
      return Optional.of(new Problem.Unsupported(key(), misread.get()));
    }
    if (ports().isEmpty()) {
      return Optional.of(new Problem.Unsupported(key(), "it has no TCP port"));
    }
    String name = mirror(cluster).name();
    return name.length() > MAX_NAME
        ? Optional.of(new Problem.NameTooLong(key(), name))
        : Optional.empty();
  }
}
