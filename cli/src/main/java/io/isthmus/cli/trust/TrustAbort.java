package io.isthmus.cli.trust;

import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.ExitCode;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code isthmus trust abort}. */
@Command(
    name = "abort",
    description = {
      "Take the running rotation back to where it began, one phase after the other.",
      "After the switch this takes until all leaves of the new issuer are gone. Rotating again with the same --id goes forward again."
    },
    mixinStandardHelpOptions = true)
final class TrustAbort extends OwnDomainVerb {
  @Mixin private Waiting waiting = new Waiting();

  @Override
  int run(OwnDomain own, PrintWriter out) {
    String id =
        own.rotation()
            .map(running -> running.id())
            .or(() -> own.asked().map(TrustDomainSpec.Rotation::id))
            .orElse("");
    if (own.isAborted()) {
      out.printf("%sThe rotation %s is taken back already.%n", isDryRun() ? "# " : "", id);
    } else {
      refuseWithoutRotation(own);
      Map<String, Object> wish = own.aboutRotation("abort", true);
      if (isDryRun()) {
        out.print(own.manifest(wish));
        return ExitCode.YES;
      }
      out.printf(
          "Taking the rotation %s of %s back from %s.%n",
          id, own.trustDomain(), own.phase().orElse("where it is"));
      own.write(wish);
    }
    if (waiting.isAsked() && !isDryRun()) {
      waiting.until(own, OwnDomain::isSteady, out);
      out.println("Over: everything is as it was before the rotation.");
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
