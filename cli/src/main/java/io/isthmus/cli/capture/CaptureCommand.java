package io.isthmus.cli.capture;

import io.isthmus.cli.VerbGroup;
import picocli.CommandLine.Command;

/** {@code isthmus capture}. */
@Command(
    name = "capture",
    description = {
      "Send TCP through a sidecar, on a machine outside of a cluster, or for debugging.",
      "Acts on the network namespace that it runs in, and needs root there."
    },
    subcommands = {CaptureInstall.class, CaptureShow.class, CaptureRemove.class},
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "<verb>")
public final class CaptureCommand extends VerbGroup {}
