package io.isthmus.cli.trust;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.DryRun;
import io.isthmus.cli.ExitCode;
import io.isthmus.cli.GlobalOptions;
import io.isthmus.cli.KubeContexts;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code isthmus trust abort}. */
@Command(
    name = "abort",
    description = {
      "Take the running rotation back to where it began, one phase after the other.",
      "After the switch this takes until all leaves of the new issuer are gone. Rotating again with the same --id goes forward again."
    },
    mixinStandardHelpOptions = true)
final class TrustAbort implements Callable<Integer> {
  @ParentCommand private GlobalOptions.@Nullable Source parent;
  @Mixin private DryRun dryRun = new DryRun();
  @Mixin private Waiting waiting = new Waiting();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    GlobalOptions global = Objects.requireNonNull(parent).global();
    try (KubernetesClient client = KubeContexts.of(global).client(global)) {
      OwnDomain own = OwnDomain.find(client, global.namespace());
      PrintWriter out = spec.commandLine().getOut();
      Map<String, Object> wish = own.aboutRotation("abort", true);
      boolean isAborted =
          own.asked().map(TrustDomainSpec.Rotation::abort).filter(Boolean.TRUE::equals).isPresent();
      if (!isAborted) {
        refuseWithoutRotation(own);
      }
      if (dryRun.isAsked()) {
        out.print(own.yaml(wish));
        out.flush();
        return ExitCode.YES;
      }
      String id =
          own.rotation()
              .map(running -> running.id())
              .or(() -> own.asked().map(TrustDomainSpec.Rotation::id))
              .orElse("");
      if (isAborted) {
        out.printf("The rotation %s is taken back already.%n", id);
      } else {
        out.printf(
            "Taking the rotation %s of %s back from %s.%n",
            id, own.trustDomain(), own.phase().orElse("where it is"));
        own.write(wish);
      }
      if (waiting.isAsked()) {
        waiting.until(own, OwnDomain::isSteady, out);
        out.println("Over: everything is as it was before the rotation.");
      }
      out.flush();
    }
    return ExitCode.YES;
  }

  private static void refuseWithoutRotation(OwnDomain own) {
    Optional<String> asked = own.asked().map(TrustDomainSpec.Rotation::id);
    Optional<String> last = own.rotation().map(rotation -> rotation.id());
    boolean isAboutToBegin = asked.isPresent() && !asked.equals(last);
    if (own.isSteady() && !isAboutToBegin) {
      throw CommandException.refused(
          "there is nothing to abort in " + own.trustDomain(),
          last.map("the rotation %s is over"::formatted).orElse("no rotation was ever asked for"),
          "to go back to a former authority is a rotation too: isthmus trust rotate");
    }
  }
}
