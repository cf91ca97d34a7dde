package io.isthmus.cli.trust;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.cli.Confirmation;
import io.isthmus.cli.DryRun;
import io.isthmus.cli.ExitCode;
import io.isthmus.cli.GlobalOptions;
import io.isthmus.cli.KubeContexts;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code isthmus trust revoke}. */
@Command(
    name = "revoke",
    description = {
      "In an emergency: let nobody believe a root or an issuer for one moment more, in all linked clusters.",
      "Says where it is enforced and where it could not reach; exit code 0 only when it is everywhere."
    },
    mixinStandardHelpOptions = true)
final class TrustRevoke implements Callable<Integer> {
  @ParentCommand private GlobalOptions.@Nullable Source parent;
  @Mixin private Confirmation confirmation = new Confirmation();
  @Mixin private DryRun dryRun = new DryRun();
  @Spec private CommandSpec spec = CommandSpec.create();

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
  public Integer call() {
    GlobalOptions global = Objects.requireNonNull(parent).global();
    try (KubernetesClient client = KubeContexts.of(global).client(global)) {
      return revoke(OwnDomain.find(client, global.namespace()), spec.commandLine().getOut());
    }
  }

  private int revoke(OwnDomain own, PrintWriter out) {
    RevocationTarget target = RevocationTarget.find(own, what, sha256, Pace.REAL.now());
    Revocation revocation = new Revocation(own, target, Pace.REAL.now());
    Revocation.First first = revocation.check(breaks);
    if (dryRun.isAsked()) {
      out.print(own.yaml(revocation.spec()));
      out.flush();
      return ExitCode.YES;
    }
    if (revocation.isDone()) {
      out.printf("The %s %s is revoked already.%n", what, target.sha256());
    } else {
      say(revocation, first, out);
      confirmation.ask("nothing was revoked");
      OwnDomain ready =
          switch (first) {
            case THE_SWITCH ->
                new Progress(out, Pace.REAL, timeout).until(own, RevocationTarget::hasSwitched);
            case NOTHING -> own.again();
          };
      ready.write(new Revocation(ready, target, Pace.REAL.now()).spec());
      out.println("Revoked.");
    }
    out.flush();
    boolean everywhere = new RevocationReach(out, Pace.REAL, timeout).follow(own, target.sha256());
    out.flush();
    return everywhere ? ExitCode.YES : ExitCode.NO;
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
