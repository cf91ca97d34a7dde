package io.isthmus.cli.trust;

import io.isthmus.cli.GlobalOptions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code isthmus trust}: has only verbs. */
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
public final class TrustCommand implements Runnable, GlobalOptions.Source {
  @ParentCommand private GlobalOptions.@Nullable Source parent;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public GlobalOptions global() {
    return Objects.requireNonNull(parent).global();
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(),
        "Missing verb: expected one of " + String.join(", ", spec.subcommands().keySet()));
  }
}
