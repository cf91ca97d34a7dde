package io.isthmus.cli.trust;

import io.isthmus.cli.GlobalOptions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code isthmus trust bundle}: has only verbs. */
@Command(
    name = "bundle",
    description = "Carry trust bundles between meshes by hand.",
    subcommands = {BundleExport.class, BundleImport.class},
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "<verb>")
final class TrustBundleCommand implements Runnable, GlobalOptions.Source {
  @ParentCommand private GlobalOptions.@Nullable Source parent;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public GlobalOptions global() {
    return Objects.requireNonNull(parent).global();
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "Missing verb: expected export or import");
  }
}
