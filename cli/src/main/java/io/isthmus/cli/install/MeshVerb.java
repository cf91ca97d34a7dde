package io.isthmus.cli.install;

import io.isthmus.cli.DryRun;
import io.isthmus.cli.ExitCode;
import io.isthmus.cli.GlobalOptions;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A verb that makes the releases of one cluster what is typed, on what was typed before. */
abstract sealed class MeshVerb implements Callable<Integer> permits InstallCommand, UpgradeCommand {
  @ParentCommand private GlobalOptions.@Nullable Source parent;
  @Mixin private MeshOptions options = new MeshOptions();
  @Mixin private DryRun dryRun = new DryRun();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public final Integer call() {
    GlobalOptions global = Objects.requireNonNull(parent).global();
    SystemNamespace.check(global);
    try (Installing installing = Installing.in(global, options, gateway())) {
      return run(installing);
    }
  }

  /** Whether a gateway comes to a mesh that has none, where nothing is said of it. */
  abstract Installing.NewGateway gateway();

  /** Throws where this verb is the wrong one. */
  abstract void admit(Installing installing);

  private int run(Installing installing) {
    PrintWriter out = spec.commandLine().getOut();
    if (dryRun.isAsked()) {
      out.print(installing.yaml());
      out.flush();
      return ExitCode.YES;
    }
    installing.refuseWithoutRights();
    admit(installing);
    out.println("Installing:");
    installing.describe().forEach(line -> out.println("  " + line));
    out.flush();
    installing.run();
    if (options.isWaitAsked()) {
      installing.await(options.timeout(), out);
    }
    out.println(installing.gateway());
    out.println("Installed. Next: isthmus link create --from <context> --to <context>");
    out.flush();
    return ExitCode.YES;
  }
}
