package io.isthmus.cli.link;

import io.isthmus.cli.CommandException;
import io.isthmus.cli.ExitCode;
import io.isthmus.cli.GlobalOptions;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Objects;
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
    description = "Remove the link between two clusters, and every mirror that came of it.",
    mixinStandardHelpOptions = true)
final class LinkDelete implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @ParentCommand private GlobalOptions.@Nullable Source parent;
  @Mixin private BothEnds ends = new BothEnds();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--dry-run", description = "Print the YAML of what goes, and change nothing.")
  private boolean dryRun;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Override
  public Integer call() {
    return ends.with(Objects.requireNonNull(parent).global(), Duration.ofDays(1), this::delete);
  }

  private int delete(Linking linking) {
    PrintWriter out = spec.commandLine().getOut();
    if (dryRun) {
      out.print(linking.yaml());
      out.flush();
      return ExitCode.YES;
    }
    out.println("Removing these, except namespaces, roles and definitions that others use:");
    linking.plan().forEach(line -> out.println("  " + line));
    out.flush();
    confirm();
    linking.delete(PATIENCE);
    out.println("Unlinked.");
    out.flush();
    return ExitCode.YES;
  }

  private void confirm() {
    if (yes) {
      return;
    }
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      throw CommandException.refused(
          "nothing was removed", "nobody is at the terminal to confirm it", "add --yes");
    }
    if (!"yes".equals(console.readLine("Type yes to go on: "))) {
      throw CommandException.refused("nothing was removed", "it was not confirmed", "type yes");
    }
  }
}
