package io.isthmus.cli.install;

import io.isthmus.cli.CommandException;
import picocli.CommandLine.Command;

/** {@code isthmus upgrade}: an installation that must be there. */
@Command(
    name = "upgrade",
    description = {
      "Bring an installation to this version, or change its values. Those that were given before",
      "stay. A mesh without a gateway gets one where its values are given."
    },
    mixinStandardHelpOptions = true)
public final class UpgradeCommand extends MeshVerb {
  @Override
  Installing.NewGateway gateway() {
    return Installing.NewGateway.HAS_TO_BE_NAMED;
  }

  @Override
  void admit(Installing installing) {
    if (!installing.isInstalled()) {
      throw CommandException.refused(
          "nothing to upgrade", "there is no release isthmus in isthmus-system", "isthmus install");
    }
  }
}
