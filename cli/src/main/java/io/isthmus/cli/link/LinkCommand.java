package io.isthmus.cli.link;

import io.isthmus.cli.GlobalOptions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code isthmus link}: has only verbs. */
@Command(
    name = "link",
    description = "Make two clusters each other's peers.",
    subcommands = {LinkCreate.class, LinkDelete.class, LinkList.class},
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "<verb>")
public final class LinkCommand implements Runnable, GlobalOptions.Source {
  @ParentCommand private GlobalOptions.@Nullable Source parent;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public GlobalOptions global() {
    return Objects.requireNonNull(parent).global();
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "Missing verb: expected create, delete or list");
  }
}
