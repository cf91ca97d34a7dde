package io.isthmus.cli.trust;

import io.isthmus.cli.Confirmation;
import io.isthmus.cli.ExitCode;
import io.isthmus.cli.Pace;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code isthmus trust revoke}. */
@Command(
    name = "revoke",
    description = {
      "In an emergency: let nobody believe a root or an issuer for one moment more, in all linked clusters.",
      "Says where it is enforced and where it could not reach; exit code 0 only when it is everywhere."
    },
    mixinStandardHelpOptions = true)
final class TrustRevoke extends OwnDomainVerb {
  @Mixin private Confirmation confirmation = new Confirmation();

  @Parameters(index = "0", paramLabel = "<what>", description = "One of: ${COMPLETION-CANDIDATES}.")
  private What what = What.ISSUER;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "<sha256>",
      description = {
        "SHA-256 of the certificate, or its first 8 digits and more.",
        "Default: the old one once a rotation has switched, else the one in use."
      })
  private @Nullable String sha256;

  @Option(
      names = "--break",
      description = "Also when it is in use, and live traffic stops until there is a new one.")
  private boolean breaks;

  @Option(
      names = "--timeout",
      paramLabel = "<period>",
      converter = Period.class,
      defaultValue = "60s",
      description = {
        "How long to wait for proxies, and before it for a switch that is due.",
        "Default: ${DEFAULT-VALUE}. What is revoked stays so."
      })
  private Duration timeout = Duration.ZERO;

  @Override
  int run(OwnDomain own, PrintWriter out) {
    Revocation revocation = revocation(own, sha256);
    Revocation.First first = revocation.check(breaks);
    String digest = revocation.target().sha256();
    if (isDryRun()) {
      out.print(own.manifest(revocation.spec()));
      return ExitCode.YES;
    }
    if (revocation.isDone()) {
      out.printf("The %s %s is revoked already.%n", what, digest);
    } else {
      say(revocation, first, out);
      confirmation.ask("nothing was revoked");
      Revocation due = due(own, digest, out);
      due.own().write(due.spec());
      out.println("Revoked.");
    }
    out.flush();
    boolean everywhere = new RevocationReach(out, Pace.REAL, timeout).follow(own, digest);
    return everywhere ? ExitCode.YES : ExitCode.NO;
  }

  private Revocation revocation(OwnDomain own, @Nullable String digest) {
    Instant now = Pace.REAL.now();
    return new Revocation(own, RevocationTarget.find(own, what, digest, now), now);
  }

  /** By what is so after it was confirmed, and once a switch has come that has to come first. */
  private Revocation due(OwnDomain own, String digest, PrintWriter out) {
    OwnDomain now = own.again();
    while (true) {
      Revocation revocation = revocation(now, digest);
      switch (revocation.check(breaks)) {
        case NOTHING -> {
          return revocation;
        }
        case THE_SWITCH ->
            now = new Progress(out, Pace.REAL, timeout).until(now, RevocationTarget::hasSwitched);
      }
    }
  }

  private void say(Revocation revocation, Revocation.First first, PrintWriter out) {
    RevocationTarget target = revocation.target();
    out.printf(
        "Revoking the %s %s of %s:%n", what, target.sha256(), revocation.own().trustDomain());
    out.printf("  It is %s.%n", target.use());
    if (first == Revocation.First.THE_SWITCH) {
      out.println("  First the rotation that is under way switches to the new issuer.");
    } else {
      out.println("  " + revocation.remedy());
    }
    out.println("  What stops:");
    revocation.stops().forEach(line -> out.println("    " + line));
    out.println("  A certificate that was revoked is not trusted again by itself.");
    out.flush();
  }
}
