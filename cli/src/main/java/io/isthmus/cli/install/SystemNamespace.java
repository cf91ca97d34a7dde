package io.isthmus.cli.install;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.isthmus.api.ObjectNames;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.GlobalOptions;

/** The mesh is in one namespace, from which the identities of its own processes follow. */
final class SystemNamespace {
  private SystemNamespace() {}

  /** As it is made where it is not there. */
  static Namespace object() {
    return new NamespaceBuilder()
        .withNewMetadata()
        .withName(ObjectNames.SYSTEM_NAMESPACE)
        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
        .endMetadata()
        .build();
  }

  /** Before anything is made in another, or removed with it. */
  static void check(GlobalOptions global) {
    if (!global.namespace().equals(ObjectNames.SYSTEM_NAMESPACE)) {
      throw CommandException.usage(
          "namespace " + global.namespace(),
          "expected %s, from which identities follow".formatted(ObjectNames.SYSTEM_NAMESPACE),
          "leave out -n");
    }
  }
}
