package io.isthmus.cli.check;

import io.isthmus.cli.GlobalOptions;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code isthmus link check}. */
@Command(
    name = "check",
    description = "As isthmus check, of one Link and its two clusters.",
    mixinStandardHelpOptions = true)
public final class LinkCheck implements Callable<Integer> {
  @ParentCommand private GlobalOptions.@Nullable Source parent;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "<link>", description = "Name of the Link.")
  private String link = "";

  @Override
  public Integer call() {
    return CheckRun.clusters(
        Objects.requireNonNull(parent).global(),
        Optional.of(link),
        false,
        spec.commandLine().getOut());
  }
}
