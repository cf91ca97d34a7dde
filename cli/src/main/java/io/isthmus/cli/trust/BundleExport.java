package io.isthmus.cli.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.certs.Pem;
import io.isthmus.certs.TrustBundle;
import io.isthmus.cli.BundleFormat;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.ExitCode;
import io.isthmus.cli.GlobalOptions;
import io.isthmus.cli.KubeContexts;
import java.io.PrintWriter;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code isthmus trust bundle export}. */
@Command(
    name = "export",
    description = {
      "Print a trust domain's bundle: a SPIFFE bundle document (JWKS), or its anchors with -o pem.",
      "It holds no secrets."
    },
    mixinStandardHelpOptions = true)
final class BundleExport implements Callable<Integer> {
  @ParentCommand private GlobalOptions.@Nullable Source parent;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--trust-domain",
      paramLabel = "<name>",
      description = "Trust domain; default: the one that the cluster issues for.")
  private @Nullable String trustDomain;

  @Override
  public Integer call() {
    GlobalOptions global = Objects.requireNonNull(parent).global();
    BundleFormat format = global.bundleOutput();
    try (KubernetesClient client = KubeContexts.of(global).client(global)) {
      TrustBundle bundle = known(client, global.namespace()).read();
      PrintWriter out = spec.commandLine().getOut();
      switch (format) {
        case JWKS -> out.println(new String(bundle.toJwks(), UTF_8));
        case PEM -> bundle.anchors().forEach(anchor -> out.print(Pem.encode(anchor)));
      }
      out.flush();
    }
    return ExitCode.YES;
  }

  private KnownBundle known(KubernetesClient client, String namespace) {
    if (trustDomain == null) {
      return new KnownBundle(client, namespace, OwnDomain.find(client, namespace).object());
    }
    return KnownBundle.find(client, namespace, trustDomain)
        .orElseThrow(() ->
            CommandException.refused(
                "there is no TrustDomain of " + trustDomain,
                "those of this cluster are of "
                    + KnownBundle.all(client).stream()
                        .map(each -> each.getSpec().trustDomain())
                        .sorted()
                        .toList(),
                "name one of them"));
  }
}
