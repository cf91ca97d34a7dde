package io.isthmus.mirror.plan;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which labels and annotations of an export its mirror takes over. Marks of other owners are left
 * out: a GitOps tool that finds its own mark on a mirror deletes the mirror.
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

  private static final List<String> NEVER_ANNOTATIONS =
      List.of(
          "mirror.isthmus.io/",
          "kubectl.kubernetes.io/",
          "meta.helm.sh/",
          "helm.sh/",
          "argocd.argoproj.io/",
          "helm.toolkit.fluxcd.io/",
          "kustomize.toolkit.fluxcd.io/",
          "config.kubernetes.io/",
          "service.beta.kubernetes.io/",
          "service.kubernetes.io/",
          "metallb.io/",
          "metallb.universe.tf/",
          "external-dns.alpha.kubernetes.io/");

  private CopiedMetadata() {}

  static Map<String, String> labels(@Nullable Map<String, String> own, List<String> excluded) {
    return without(own, NEVER_LABELS, excluded);
  }

  static Map<String, String> annotations(@Nullable Map<String, String> own, List<String> excluded) {
    return without(own, NEVER_ANNOTATIONS, excluded);
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
