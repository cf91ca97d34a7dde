package io.isthmus.cli.install;

import picocli.CommandLine.Command;

/** {@code isthmus install}. */
@Command(
    name = "install",
    description = {
      "Install the mesh and its gateway in a cluster, by the charts of this version, as Helm's",
      "releases isthmus and isthmus-gateway. Repeating is safe: values that were given before stay."
    },
    mixinStandardHelpOptions = true)
public final class InstallCommand extends MeshVerb {
  @Override
  Installing.NewGateway gateway() {
    return Installing.NewGateway.IS_ADDED;
  }

  @Override
  void admit(Installing installing) {
    // what is there already is brought to this version
  }
}
