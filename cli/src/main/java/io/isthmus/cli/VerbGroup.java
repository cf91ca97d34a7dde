package io.isthmus.cli;

import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A command that has only verbs. */
public abstract class VerbGroup implements Runnable, GlobalOptions.Source {
  @ParentCommand private GlobalOptions.@Nullable Source parent;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public final GlobalOptions global() {
    return Objects.requireNonNull(parent).global();
  }

  @Override
  public final void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(),
        "Missing verb: expected one of "
            + spec.subcommands().keySet().stream().sorted().collect(Collectors.joining(", ")));
  }
}
