package io.isthmus.cli.check;

import io.isthmus.cli.CommandException;
import io.isthmus.cli.GlobalOptions;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code isthmus check}. */
@Command(
    name = "check",
    description = {
      "Say which layer fails first, from which side, and what to do.",
      "Looks at each --context, and at their peers as far as the Links' credentials may read; name"
          + " both contexts to see all.",
      "Exit code 0 when nothing failed, or warnings did; 1 when a check failed; 3 when no cluster"
          + " could be reached."
    },
    subcommands = CheckPod.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "[<verb>]")
public final class CheckCommand implements Callable<Integer>, GlobalOptions.Source {
  @ParentCommand private GlobalOptions.@Nullable Source parent;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--pre", description = "Look whether Isthmus can be installed, before it is.")
  private boolean pre;

  @Option(
      names = "--nodes",
      description = {
        "Have a Pod on each node of each --context probe the gateways of its peers, as the mirror"
            + " controller does.",
        "Takes up to two minutes, and creates and removes those Pods."
      })
  private boolean nodes;

  @Override
  public GlobalOptions global() {
    return Objects.requireNonNull(parent).global();
  }

  @Override
  public Integer call() {
    if (pre && nodes) {
      throw CommandException.usage(
          "--pre and --nodes exclude each other",
          "before an install there is nothing that a node could probe",
          "use one of them");
    }
    return pre
        ? PreRun.of(global(), spec.commandLine().getOut())
        : CheckRun.clusters(global(), Optional.empty(), nodes, spec.commandLine().getOut());
  }
}
