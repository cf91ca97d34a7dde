package io.isthmus.cli.trust;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.DryRun;
import io.isthmus.cli.ExitCode;
import io.isthmus.cli.GlobalOptions;
import io.isthmus.cli.KubeContexts;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code isthmus trust rotate}. */
@Command(
    name = "rotate",
    description = {
      "Replace the root (with its issuer) or the issuer of a cluster, while everything runs.",
      "Repeating with the same --id asks for nothing new."
    },
    mixinStandardHelpOptions = true)
final class TrustRotate implements Callable<Integer> {
  @ParentCommand private GlobalOptions.@Nullable Source parent;
  @Mixin private DryRun dryRun = new DryRun();
  @Mixin private Waiting waiting = new Waiting();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "<what>", description = "One of: ${COMPLETION-CANDIDATES}.")
  private What what = What.ISSUER;

  @Option(
      names = "--plan",
      description =
          "Say what would happen, in which order, and what would hold it now; change nothing.")
  private boolean plan;

  @Option(
      names = "--id",
      paramLabel = "<id>",
      description = "Name of this rotation; default: made of the date.")
  private @Nullable String id;

  @Override
  public Integer call() {
    GlobalOptions global = Objects.requireNonNull(parent).global();
    try (KubernetesClient client = KubeContexts.of(global).client(global)) {
      OwnDomain own = OwnDomain.find(client, global.namespace());
      PrintWriter out = spec.commandLine().getOut();
      RotationRequest request =
          new RotationRequest(
              own,
              what,
              Optional.ofNullable(id)
                  .orElseGet(() -> RotationRequest.newId(what, Pace.REAL.now())));
      request.check();
      if (plan) {
        new Outlook(own, what, Pace.REAL.now()).lines().forEach(out::println);
        out.flush();
        return ExitCode.YES;
      }
      if (dryRun.isAsked()) {
        out.print(own.yaml(request.spec()));
        out.flush();
        return ExitCode.YES;
      }
      ask(request, out);
      if (waiting.isAsked()) {
        OwnDomain end = waiting.until(own, now -> isOver(now, request.id()), out);
        if (!new RotationRequest(end, what, request.id()).isAsked()) {
          throw CommandException.refused(
              "the rotation %s was not made".formatted(request.id()),
              "somebody took it back meanwhile",
              "ask whom it hindered, then run this again");
        }
        out.println("Over: the old " + what + " is gone.");
      } else {
        out.println("See how it goes: isthmus trust status --watch");
      }
      out.flush();
    }
    return ExitCode.YES;
  }

  private void ask(RotationRequest request, PrintWriter out) {
    OwnDomain own = request.own();
    if (request.isAsked()) {
      out.printf("The rotation %s is asked for already.%n", request.id());
    } else {
      out.printf(
          "Asking the control plane of %s to replace the %s of %s, as rotation %s.%n",
          own.cluster(), what, own.trustDomain(), request.id());
      request.waitedForAgain().forEach(line -> out.println(line));
      own.write(request.spec());
    }
    out.flush();
  }

  private static boolean isOver(OwnDomain now, String id) {
    return now.isSteady() && now.rotation().filter(last -> last.id().equals(id)).isPresent();
  }
}
