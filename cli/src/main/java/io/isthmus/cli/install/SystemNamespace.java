package io.isthmus.cli.install;

import io.isthmus.api.ObjectNames;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.GlobalOptions;

/** The mesh is in one namespace, from which the identities of its own processes follow. */
final class SystemNamespace {
  private SystemNamespace() {}

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
