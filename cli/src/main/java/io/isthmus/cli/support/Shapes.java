package io.isthmus.cli.support;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.isthmus.api.ObjectNames;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is shown of objects. The objects that are given are changed. */
final class Shapes {
  private static final Set<String> OURS =
      Set.of(ObjectNames.PROXY_CONTAINER, ObjectNames.CAPTURE_CONTAINER);
  private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  private Shapes() {}

  /** Whole, but for what the API server or kubectl notes for itself. */
  static String yaml(List<? extends HasMetadata> objects) {
    objects.forEach(object -> {
      ObjectMeta metadata = object.getMetadata();
      metadata.setManagedFields(null);
      if (metadata.getAnnotations() != null) {
        metadata.getAnnotations().remove(LAST_APPLIED);
      }
    });
    return objects.stream()
        .sorted(
            Comparator.comparing((HasMetadata object) ->
                "%s/%s"
                    .formatted(
                        object.getMetadata().getNamespace(), object.getMetadata().getName())))
        .map(Serialization::asYaml)
        .collect(Collectors.joining());
  }

  /** Other people's Pods: where they are, how they are, and the mesh's part of them. */
  static Pod ofOthers(Pod pod) {
    pod.getMetadata().setAnnotations(ours(pod.getMetadata().getAnnotations()));
    PodSpec spec = pod.getSpec();
    spec.setContainers(spec.getContainers().stream().map(Shapes::container).toList());
    spec.setInitContainers(spec.getInitContainers().stream().map(Shapes::container).toList());
    spec.setEphemeralContainers(List.of());
    spec.setVolumes(List.of());
    return pod;
  }

  private static Container container(Container container) {
    return OURS.contains(container.getName())
        ? container
        : new ContainerBuilder()
            .withName(container.getName())
            .withImage(container.getImage())
            .withPorts(container.getPorts())
            .withResources(container.getResources())
            .withSecurityContext(container.getSecurityContext())
            .withRestartPolicy(container.getRestartPolicy())
            .build();
  }

  static Namespace namespace(Namespace namespace) {
    ObjectMeta metadata = namespace.getMetadata();
    metadata.setAnnotations(ours(metadata.getAnnotations()));
    metadata.setLabels(ours(metadata.getLabels()));
    return namespace;
  }

  static Node node(Node node) {
    node.getMetadata().setAnnotations(ours(node.getMetadata().getAnnotations()));
    if (node.getStatus() != null) {
      node.getStatus().setImages(List.of());
    }
    return node;
  }

  private static Map<String, String> ours(@Nullable Map<String, String> all) {
    Map<String, String> ours = new TreeMap<>();
    if (all != null) {
      all.forEach((key, value) -> {
        if (key.contains(ObjectNames.GROUP + "/") || key.startsWith("pod-security.")) {
          ours.put(key, value);
        }
      });
    }
    return ours;
  }

  /** Names of keys and sizes of values, never the values. */
  static String names(List<Secret> secrets) {
    StringBuilder text = new StringBuilder();
    for (Secret secret : secrets) {
      text.append("%s (%s)%n".formatted(secret.getMetadata().getName(), secret.getType()));
      if (secret.getData() != null) {
        new TreeMap<>(secret.getData())
            .forEach((key, value) ->
                text.append("  %s: %d characters in base64%n".formatted(key, value.length())));
      }
    }
    return text.toString();
  }
}
