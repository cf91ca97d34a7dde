package io.isthmus.cli.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.TrustBundle;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.Confirmation;
import io.isthmus.cli.DryRun;
import io.isthmus.cli.ExitCode;
import io.isthmus.cli.GlobalOptions;
import io.isthmus.cli.KubeContexts;
import io.isthmus.cli.Pace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code isthmus trust bundle import}. */
@Command(
    name = "import",
    description = {
      "Trust another mesh by a bundle document (JWKS) that was got from its owner.",
      "Makes a TrustDomain with the bundle in it, or updates it; proxies enforce it within seconds."
    },
    mixinStandardHelpOptions = true)
final class BundleImport implements Callable<Integer> {
  @ParentCommand private GlobalOptions.@Nullable Source parent;
  @Mixin private Confirmation confirmation = new Confirmation();
  @Mixin private DryRun dryRun = new DryRun();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "<file>", description = "The document.")
  private Path file = Path.of("");

  @Option(
      names = "--trust-domain",
      required = true,
      paramLabel = "<name>",
      description = "The trust domain that the bundle is of; the document does not say it.")
  private String trustDomain = "";

  @Option(
      names = "--name",
      paramLabel = "<object>",
      description = "Name of a TrustDomain that is made; default: as the trust domain.")
  private @Nullable String name;

  @Option(names = "--empty", description = "Also a bundle without anchors: nobody is trusted then.")
  private boolean empty;

  @Override
  public Integer call() {
    GlobalOptions global = Objects.requireNonNull(parent).global();
    ImportCheck check = check();
    TrustBundle next =
        check.read(document(), empty ? ImportCheck.Emptiness.MEANT : ImportCheck.Emptiness.REFUSED);
    try (KubernetesClient client = KubeContexts.of(global).client(global)) {
      Instant now = Pace.REAL.now();
      Optional<KnownBundle> known = KnownBundle.find(client, global.namespace(), trustDomain);
      known.ifPresent(there -> check.checkAgainst(there, next, now));
      put(client, known, next, now);
    }
    return ExitCode.YES;
  }

  private void put(
      KubernetesClient client, Optional<KnownBundle> known, TrustBundle next, Instant now) {
    PrintWriter out = spec.commandLine().getOut();
    TrustDomain wanted = wanted(known, next);
    if (dryRun.isAsked()) {
      out.print(
          known
              .map(there -> there.seen().manifest(bundleOf(wanted)))
              .orElseGet(() -> DryRun.APPLIED_BY + Serialization.asYaml(wanted)));
      out.flush();
      return;
    }
    Optional<TrustBundle> before = known.flatMap(KnownBundle::inForce);
    String object = wanted.getMetadata().getName();
    if (before.equals(Optional.of(next))) {
      out.printf("TrustDomain %s has this bundle already.%n", object);
      out.flush();
      return;
    }
    out.printf(
        "%s TrustDomain %s: the bundle of %s, sequence %d%s.%n",
        known.isEmpty() ? "Making" : "Updating",
        object,
        trustDomain,
        next.sequence(),
        before.map(bundle -> " after " + bundle.sequence()).orElse(""));
    difference(before.map(TrustBundle::anchors).orElse(List.of()), next, now)
        .forEach(line -> out.println("  " + line));
    out.flush();
    confirmation.ask("the bundle of %s is as it was".formatted(trustDomain));
    if (known.isEmpty()) {
      refuseTakenName(client, object);
      client.resource(wanted).create();
    } else {
      update(known.get(), wanted, next);
    }
    out.println("Imported. Who enforces it: isthmus trust status");
    out.flush();
  }

  /** Whoever was asked may have thought for long: by who stands on it now. */
  private void update(KnownBundle there, TrustDomain wanted, TrustBundle next) {
    SeenDomain now = there.seen().unchanged();
    check().checkAgainst(there.with(now), next, Pace.REAL.now());
    now.write(bundleOf(wanted));
  }

  private static Map<String, Object> bundleOf(TrustDomain wanted) {
    return Map.of("bundle", Objects.requireNonNull(wanted.getSpec().bundle()));
  }

  private TrustDomain wanted(Optional<KnownBundle> known, TrustBundle next) {
    TrustDomain wanted = new TrustDomain();
    String object =
        known
            .map(there -> there.object().getMetadata().getName())
            .orElseGet(() -> name == null ? trustDomain.replace('_', '-') : name);
    wanted.setMetadata(new ObjectMetaBuilder().withName(object).build());
    wanted.setSpec(TrustDomainSpec.inline(trustDomain, new String(next.toJwks(), UTF_8)));
    return wanted;
  }

  private static void refuseTakenName(KubernetesClient client, String object) {
    TrustDomain there = client.resources(TrustDomain.class).withName(object).get();
    if (there != null) {
      throw CommandException.refused(
          "cannot make the TrustDomain " + object,
          "one of that name is there, for " + there.getSpec().trustDomain(),
          "name another: --name");
    }
  }

  private static List<String> difference(
      List<X509Certificate> before, TrustBundle next, Instant now) {
    return Stream.of(
            lines(
                "+", next.anchors().stream().filter(each -> !before.contains(each)).toList(), now),
            lines(
                "-", before.stream().filter(each -> !next.anchors().contains(each)).toList(), now),
            lines("=", next.anchors().stream().filter(before::contains).toList(), now),
            next.revoked().stream().sorted().map(each -> "! " + each + " is revoked").toList())
        .flatMap(List::stream)
        .toList();
  }

  private static List<String> lines(String mark, List<X509Certificate> anchors, Instant now) {
    return anchors.stream()
        .map(anchor ->
            "%s %s %s, ends %s"
                .formatted(
                    mark,
                    Fingerprint.of(anchor),
                    anchor.getSubjectX500Principal(),
                    Words.end(anchor.getNotAfter().toInstant().toString(), now)))
        .toList();
  }

  private ImportCheck check() {
    return new ImportCheck(file.toString(), KnownBundle.name(trustDomain));
  }

  private byte[] document() {
    try {
      check().checkSize(Files.size(file));
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw CommandException.usage(
          "cannot read the file " + file, Words.why(e), "name a file with a bundle document");
    }
  }
}
