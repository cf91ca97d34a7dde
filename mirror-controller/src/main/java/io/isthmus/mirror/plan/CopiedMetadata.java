package io.isthmus.mirror.plan;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which labels and annotations of an export its mirror takes over. Marks of other owners are left
 * out: a GitOps tool that finds its own mark on a mirror deletes the mirror.
 *
 * <p>An annotation is an order to whichever controller knows it: to publish a name, to open a load
 * balancer, to sync from elsewhere. A peer gives no orders to this cluster's controllers, so only
 * annotations without a prefix are copied, which Kubernetes reserves for users: everything that is
 * automated has to prefix its keys.
 */
final class CopiedMetadata {
  /** Keys, or prefixes that end in a slash. */
  private static final List<String> NEVER_LABELS =
      List.of(
          "mirror.isthmus.io/",
          "isthmus.io/",
          "app.kubernetes.io/instance",
          "app.kubernetes.io/managed-by",
          "argocd.argoproj.io/",
          "helm.sh/",
          "helm.toolkit.fluxcd.io/",
          "kustomize.toolkit.fluxcd.io/",
          "kustomize.config.k8s.io/",
          "service.kubernetes.io/",
          "endpointslice.kubernetes.io/",
          "kubernetes.io/");

  /** Our own annotations that a mirror needs as its export has them. */
  private static final List<String> OWN_ANNOTATIONS = List.of("isthmus.io/opaque-ports");

  private CopiedMetadata() {}

  static Map<String, String> labels(@Nullable Map<String, String> own, List<String> excluded) {
    return without(own, NEVER_LABELS, excluded);
  }

  /** Without those of {@code excluded} either. */
  static Map<String, String> annotations(@Nullable Map<String, String> own, List<String> excluded) {
    Map<String, String> copied = without(own, List.of(), excluded);
    copied.keySet().removeIf(key -> key.indexOf('/') >= 0 && !OWN_ANNOTATIONS.contains(key));
    return copied;
  }

  private static Map<String, String> without(
      @Nullable Map<String, String> own, List<String> never, List<String> excluded) {
    Map<String, String> copied = new TreeMap<>();
    if (own != null) {
      own.forEach((key, value) -> {
        if (!matches(key, never) && !matches(key, excluded)) {
          copied.put(key, value);
        }
      });
    }
    return copied;
  }

  private static boolean matches(String key, List<String> patterns) {
    return patterns.stream()
        .anyMatch(pattern -> pattern.endsWith("/") ? key.startsWith(pattern) : key.equals(pattern));
  }
}
