package io.isthmus.cli.install;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.cli.Confirmation;
import io.isthmus.cli.DryRun;
import io.isthmus.cli.ExitCode;
import io.isthmus.cli.GlobalOptions;
import io.isthmus.cli.KubeContexts;
import io.isthmus.cli.trust.Period;
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

/** {@code isthmus uninstall}. */
@Command(
    name = "uninstall",
    description = {
      "Remove the mesh from a cluster: releases, links, mirrored Services, trust, definitions.",
      "The keys of its trust domain go, too. Pods keep their sidecars until they are made anew.",
      "The other ends of links stay: isthmus link delete removes both."
    },
    mixinStandardHelpOptions = true)
public final class UninstallCommand implements Callable<Integer> {
  @ParentCommand private GlobalOptions.@Nullable Source parent;
  @Mixin private DryRun dryRun = new DryRun();
  @Mixin private Confirmation confirmation = new Confirmation();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--timeout",
      paramLabel = "<time>",
      defaultValue = "3m",
      converter = Period.class,
      description = "How long to wait for objects to go; default: ${DEFAULT-VALUE}.")
  private Duration timeout = Duration.ofMinutes(3);

  @Override
  public Integer call() {
    GlobalOptions global = Objects.requireNonNull(parent).global();
    SystemNamespace.check(global);
    KubeContexts contexts = KubeContexts.of(global);
    String context = contexts.name(global);
    PrintWriter out = spec.commandLine().getOut();
    try (KubernetesClient client = contexts.client(context)) {
      String version = client.getKubernetesVersion().getGitVersion();
      Releases releases =
          new Releases(context, contexts.standalone(context), version, global.namespace());
      return uninstall(new Removal(client, releases, out), out);
    } finally {
      out.flush(); // before what is said of an error
    }
  }

  private int uninstall(Removal removal, PrintWriter out) {
    if (dryRun.isAsked()) {
      out.print(removal.yaml());
      return ExitCode.YES;
    }
    if (removal.isNothing()) {
      out.println("Nothing of Isthmus is there.");
      return ExitCode.YES;
    }
    removal.refuseForeign();
    out.println("Removing:");
    removal.plan().forEach(line -> out.println("  " + line));
    out.flush();
    removal.refuseWithoutRights();
    confirmation.ask("nothing was removed");
    removal.run(timeout);
    removal.withSidecars().ifPresent(out::println);
    out.println("Uninstalled.");
    return ExitCode.YES;
  }
}
