package io.isthmus.cli.trust;

import io.isthmus.cli.CommandException;
import io.isthmus.cli.ExitCode;
import io.isthmus.cli.Pace;
import java.io.PrintWriter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code isthmus trust rotate}. */
@Command(
    name = "rotate",
    description = {
      "Replace the root (with its issuer) or the issuer of a cluster, while everything runs.",
      "Repeating with the same --id asks for nothing new."
    },
    mixinStandardHelpOptions = true)
final class TrustRotate extends OwnDomainVerb {
  @Mixin private Waiting waiting = new Waiting();

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
  int run(OwnDomain own, PrintWriter out) {
    RotationRequest request =
        new RotationRequest(
            own,
            what,
            Optional.ofNullable(id).orElseGet(() -> RotationRequest.newId(what, Pace.REAL.now())));
    request.check();
    if (plan) {
      Outlook.making(own, what, Pace.REAL.now()).lines().forEach(out::println);
      return ExitCode.YES;
    }
    if (isDryRun()) {
      out.print(own.manifest(request.spec()));
      return ExitCode.YES;
    }
    ask(request, out);
    if (!waiting.isAsked()) {
      out.println("See how it goes: isthmus trust status --watch");
      return ExitCode.YES;
    }
    OwnDomain end = waiting.until(own, now -> isOver(now, request.id()), out);
    if (!new RotationRequest(end, what, request.id()).isAsked()) {
      throw CommandException.refused(
          "the rotation %s was not made".formatted(request.id()),
          "somebody took it back meanwhile",
          "ask whom it hindered, then run this again");
    }
    out.println("Over: the old " + what + " is gone.");
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
