package io.isthmus.cli.link;

import io.isthmus.cli.CommandException;
import io.isthmus.cli.Confirmation;
import io.isthmus.cli.ExitCode;
import io.isthmus.cli.GlobalOptions;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code isthmus link delete}. */
@Command(
    name = "delete",
    description = {
      "Remove the link between two clusters, and every mirror that came of it.",
      "When one of them cannot be reached, its side stays, what stays is named, and the exit code is 3."
    },
    mixinStandardHelpOptions = true)
final class LinkDelete implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @ParentCommand private GlobalOptions.@Nullable Source parent;
  @Mixin private BothEnds ends = new BothEnds();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--dry-run", description = "Print the YAML of what goes, and change nothing.")
  private boolean dryRun;

  @Mixin private Confirmation confirmation = new Confirmation();

  @Option(
      names = "--peer",
      paramLabel = "<cluster>",
      description = {
        "Name of the cluster that cannot be reached.",
        "Default: of the Link whose credentials lead to that API server."
      })
  private @Nullable String peer;

  @Override
  public Integer call() {
    return ends.without(global(), Optional.ofNullable(peer), this::delete);
  }

  private GlobalOptions global() {
    return Objects.requireNonNull(parent).global();
  }

  private int delete(Unlinking unlinking) {
    PrintWriter out = spec.commandLine().getOut();
    if (dryRun) {
      out.print(unlinking.yaml());
      out.flush();
      return ExitCode.YES;
    }
    out.println("Removing:");
    unlinking.plan().forEach(line -> out.println("  " + line));
    out.flush();
    confirmation.ask("nothing was removed");
    unlinking.run(PATIENCE);
    unlinking.remainder(ends.again(global(), "delete")).ifPresent(LinkDelete::fail);
    out.println("Unlinked.");
    out.flush();
    return ExitCode.YES;
  }

  private static void fail(CommandException remainder) {
    throw remainder;
  }
}
