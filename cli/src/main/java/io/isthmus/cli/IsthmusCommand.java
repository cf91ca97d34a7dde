package io.isthmus.cli;

import io.isthmus.cli.capture.CaptureCommand;
import io.isthmus.cli.check.CheckCommand;
import io.isthmus.cli.demo.DemoCommand;
import io.isthmus.cli.gateways.GatewaysCommand;
import io.isthmus.cli.inject.InjectCommand;
import io.isthmus.cli.install.InstallCommand;
import io.isthmus.cli.install.UninstallCommand;
import io.isthmus.cli.install.UpgradeCommand;
import io.isthmus.cli.link.LinkCommand;
import io.isthmus.cli.support.SupportBundleCommand;
import io.isthmus.cli.trust.TrustCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command itself: it has only verbs. */
@Command(
    name = "isthmus",
    description = "A service mesh for clusters that do not share a network.",
    subcommands = {
      CaptureCommand.class,
      CheckCommand.class,
      DemoCommand.class,
      InstallCommand.class,
      UpgradeCommand.class,
      UninstallCommand.class,
      GatewaysCommand.class,
      InjectCommand.class,
      LinkCommand.class,
      SupportBundleCommand.class,
      TrustCommand.class,
      VersionCommand.class,
      CompletionCommand.class
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionCommand.Provider.class,
    synopsisSubcommandLabel = "<verb>",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:yes: done",
      "1:no: a check failed, a plan was refused",
      "2:the command line is wrong",
      "3:something needed could not be reached"
    })
final class IsthmusCommand implements Runnable, GlobalOptions.Source {
  @Mixin private GlobalOptions global = new GlobalOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public GlobalOptions global() {
    return global;
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "Missing verb");
  }

  /** Ready to execute; picocli prints to the command line's own writers. */
  static CommandLine commandLine() {
    CommandLine line = new CommandLine(new IsthmusCommand());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler(new Errors());
    return line;
  }
}
