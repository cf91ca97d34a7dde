package io.isthmus.cli.trust;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.Confirmation;
import io.isthmus.cli.ExitCode;
import io.isthmus.cli.Pace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code isthmus trust install-issuer}. */
@Command(
    name = "install-issuer",
    description = {
      "Issue from an intermediate of your own, whose root is offline.",
      "First --request prints a certificate request, whose key stays in the cluster; then --chain takes what was signed.",
      "The control plane rotates to it as to any other issuer."
    },
    mixinStandardHelpOptions = true)
final class TrustInstallIssuer extends OwnDomainVerb {
  @Mixin private Confirmation confirmation = new Confirmation();
  @Mixin private Waiting waiting = new Waiting();

  @ArgGroup(multiplicity = "1")
  private Form form = new Form();

  /** What is typed of it: exactly one. */
  static final class Form {
    @Option(
        names = "--request",
        required = true,
        description = {
          "Make a key in a Secret of the cluster, and print a PKCS#10 request for it.",
          "Repeating prints the same request, until its chain is installed."
        })
    private boolean request;

    @ArgGroup(exclusive = false)
    private @Nullable Signed signed;
  }

  /** What was signed elsewhere, as PEM files. */
  static final class Signed {
    @Option(
        names = "--chain",
        required = true,
        paramLabel = "<file>",
        description = "The issuer, then what is above it, if anything; a root may be at the end.")
    private Path chain = Path.of("");

    @Option(
        names = "--root",
        paramLabel = "<file>",
        description = "The root that the chain leads to; default: one that is trusted already.")
    private @Nullable Path root;

    @Option(
        names = "--key",
        paramLabel = "<file>",
        description = "The issuer's key, PKCS#8; default: the one of the request.")
    private @Nullable Path key;

    @Option(names = "--plan", description = "Check it, say what would happen; change nothing.")
    private boolean plan;
  }

  @Override
  int run(OwnDomain own, PrintWriter out) {
    Signed signed = form.signed;
    if (signed == null) {
      request(own, out);
    } else {
      install(own, signed, out);
    }
    return ExitCode.YES;
  }

  /** The request alone goes to the output; what is said of it goes beside. */
  private void request(OwnDomain own, PrintWriter out) {
    IssuerSecrets secrets = IssuerSecrets.of(own);
    Optional<String> there = secrets.request();
    if (isDryRun()) {
      if (there.isPresent()) {
        out.printf(
            "# the Secret %s is there already: nothing is written%n", secrets.requestPlace());
      } else {
        out.println("# with tls.key and tls.csr, which are made when it is written");
        out.print(Serialization.asYaml(secrets.emptyRequest()));
      }
      return;
    }
    out.print(there.orElseGet(() -> secrets.newRequest(KnownBundle.name(own.trustDomain()))));
    PrintWriter err = err();
    err.printf(
        "%s Secret %s, and nowhere else.%n",
        there.isEmpty()
            ? "The key of this request is in the"
            : "This is the request that was made before; its key is in the",
        secrets.requestPlace());
    err.println(
        "Have it signed as a CA, then: isthmus trust install-issuer --chain <file> --root <file>");
    err.flush();
  }

  private void install(OwnDomain own, Signed signed, PrintWriter out) {
    Instant now = Pace.REAL.now();
    IssuerSecrets secrets = IssuerSecrets.of(own);
    IssuerOffer issuer =
        IssuerOffer.of(
            own,
            secrets,
            read(signed.chain),
            Optional.ofNullable(signed.root).map(TrustInstallIssuer::read),
            Optional.ofNullable(signed.key).map(TrustInstallIssuer::read),
            now);
    IssuerInstallation installation = new IssuerInstallation(own, secrets, issuer);
    if (!isDryRun()) {
      issuer.lines(now).forEach(out::println);
    }
    if (installation.isTaken()) {
      out.println(isDryRun() ? "# it is installed already" : "It is installed already.");
      if (!signed.plan && !isDryRun()) {
        installation.forgetRequest(); // where it was broken off before
      }
    } else {
      installation.check();
      if (signed.plan) {
        installation.steps().forEach(out::println);
        new Outlook(own, issuer.what(own), "stored: this issuer and its root", now)
            .lines()
            .forEach(out::println);
        return;
      }
      if (isDryRun()) {
        out.print(installation.manifest());
        return;
      }
      write(installation, out);
    }
    if (waiting.isAsked() && !signed.plan && !isDryRun()) {
      follow(installation, out);
    }
  }

  private void write(IssuerInstallation installation, PrintWriter out) {
    out.printf(
        "The control plane of %s is asked to issue from it:%n", installation.own().cluster());
    installation.steps().forEach(step -> out.println("  " + step));
    out.flush();
    confirmation.ask("leaves come from the same issuer as before");
    IssuerInstallation now = installation.unchanged(); // whoever was asked may have thought long
    now.check();
    now.write();
    out.println("Installed. See how it goes: isthmus trust status --watch");
  }

  private void follow(IssuerInstallation installation, PrintWriter out) {
    OwnDomain end = waiting.until(installation.own(), installation::isOver, out);
    if (!installation.isInUse(end)) {
      throw CommandException.refused(
          "leaves do not come from the issuer " + Words.digest(installation.issuer().sha256()),
          end.object().getSpec().revoked().contains(installation.issuer().sha256())
              ? "somebody revoked it meanwhile: it is in spec.revoked of the TrustDomain "
                  + end.cluster()
              : "somebody took the rotation back meanwhile",
          "ask why, and sign another one");
    }
    out.println("Over: leaves come from this issuer.");
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw CommandException.usage("cannot read the file " + file, Words.why(e), "name a PEM file");
    }
  }
}
