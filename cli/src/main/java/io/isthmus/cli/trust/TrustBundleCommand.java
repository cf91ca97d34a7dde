package io.isthmus.cli.trust;

import io.isthmus.cli.VerbGroup;
import picocli.CommandLine.Command;

/** {@code isthmus trust bundle}. */
@Command(
    name = "bundle",
    description = "Carry trust bundles between meshes by hand.",
    subcommands = {BundleExport.class, BundleImport.class, BundleRepublish.class},
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "<verb>")
final class TrustBundleCommand extends VerbGroup {}
