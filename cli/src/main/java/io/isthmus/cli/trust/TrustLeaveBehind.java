package io.isthmus.cli.trust;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code isthmus trust leave-behind}. */
@Command(
    name = "leave-behind",
    description = "Let the running rotation not wait for a linked cluster that does not report.",
    mixinStandardHelpOptions = true)
final class TrustLeaveBehind extends WaiverCommand {
  @Parameters(paramLabel = "<cluster>", description = "Name of the cluster, as its Link has it.")
  private String cluster = "";

  @Override
  Waiver waiver(OwnDomain own) {
    return new ClusterWaiver(cluster);
  }
}
