package io.isthmus.cli.link;

import io.isthmus.cli.DryRun;
import io.isthmus.cli.ExitCode;
import io.isthmus.cli.GlobalOptions;
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

/** {@code isthmus link create}. */
@Command(
    name = "create",
    description = {
      "Link two clusters, in both directions.",
      "Repeating is safe: it renews the credentials and changes nothing else."
    },
    mixinStandardHelpOptions = true)
final class LinkCreate implements Callable<Integer> {
  @ParentCommand private GlobalOptions.@Nullable Source parent;
  @Mixin private BothEnds ends = new BothEnds();
  @Mixin private DryRun dryRun = new DryRun();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--token-days",
      paramLabel = "<days>",
      defaultValue = "90",
      description = "Life of the credentials; default: ${DEFAULT-VALUE}. Run this again to renew.")
  private int tokenDays;

  @Override
  public Integer call() {
    return ends.with(
        Objects.requireNonNull(parent).global(), Duration.ofDays(tokenDays), this::create);
  }

  private int create(Linking linking) {
    PrintWriter out = spec.commandLine().getOut();
    if (dryRun.isAsked()) {
      out.print(linking.yaml());
      out.flush();
      return ExitCode.YES;
    }
    out.println("Writing:");
    linking.plan().forEach(line -> out.println("  " + line));
    out.flush();
    linking.create();
    out.println("Linked. The mirror controllers take it from here; see: isthmus link list");
    out.flush();
    return ExitCode.YES;
  }
}
