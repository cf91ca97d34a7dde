package io.isthmus.control.injection;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.Labels;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The label {@code isthmus.io/injection} follows what a namespace asks for: selectors of webhooks
 * see labels only. A namespace whose words contradict each other has the label, so that its Pods
 * are refused with the reason, and not started without a sidecar.
 */
final class NamespaceMark {
  private final KubernetesClient client;
  private final Set<String> never;

  /**
   * @param never namespaces that a Pod must be able to start in while there is no control plane
   */
  NamespaceMark(KubernetesClient client, Set<String> never) {
    this.client = client;
    this.never = never;
  }

  /** Blocks, where the label has to change. */
  void follow(Namespace namespace) {
    String label =
        Objects.requireNonNullElse(namespace.getMetadata().getLabels(), Map.<String, String>of())
            .getOrDefault(Labels.INJECTION, "");
    String wanted = isEnabled(namespace) ? Labels.INJECTION_ENABLED : "";
    if (label.equals(wanted)) {
      return;
    }
    client
        .namespaces()
        .withName(namespace.getMetadata().getName())
        .edit(now ->
            wanted.isEmpty()
                ? new NamespaceBuilder(now)
                    .editMetadata()
                    .removeFromLabels(Labels.INJECTION)
                    .endMetadata()
                    .build()
                : new NamespaceBuilder(now)
                    .editMetadata()
                    .addToLabels(Labels.INJECTION, wanted)
                    .endMetadata()
                    .build());
  }

  boolean isEnabled(Namespace namespace) {
    if (never.contains(namespace.getMetadata().getName())) {
      return false;
    }
    try {
      return InjectionWish.ofNamespace(namespace.getMetadata()) == InjectionWish.ENABLED;
    } catch (InjectionRefusedException e) {
      return true;
    }
  }
}
