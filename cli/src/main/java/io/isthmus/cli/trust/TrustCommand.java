package io.isthmus.cli.trust;

import io.isthmus.cli.VerbGroup;
import picocli.CommandLine.Command;

/** {@code isthmus trust}. */
@Command(
    name = "trust",
    description = "See, replace and revoke what clusters trust.",
    subcommands = {
      TrustStatus.class,
      TrustRotate.class,
      TrustAbort.class,
      TrustLeaveBehind.class,
      TrustPassOver.class,
      TrustRevoke.class,
      TrustInstallIssuer.class,
      TrustBundleCommand.class
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "<verb>")
public final class TrustCommand extends VerbGroup {}
