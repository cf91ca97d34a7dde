package io.isthmus.cli.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.ObjectNames;
import io.isthmus.certs.TrustBundle;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.ExitCode;
import io.isthmus.cli.GlobalOptions;
import io.isthmus.cli.KubeContexts;
import java.io.PrintWriter;
import java.net.HttpURLConnection;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code isthmus trust bundle republish}. */
@Command(
    name = "republish",
    description = {
      "Publish the bundle that the cluster issues for once more, under a higher sequence.",
      "Where somebody put another bundle in its place with a sequence above, nothing lower is taken:"
          + " not by linked clusters, not by their proxies."
    },
    mixinStandardHelpOptions = true)
final class BundleRepublish implements Callable<Integer> {
  @ParentCommand private GlobalOptions.@Nullable Source parent;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--above",
      required = true,
      paramLabel = "<sequence>",
      description = "The sequence that is in force where the wrong bundle is.")
  private long above;

  @Override
  public Integer call() {
    if (above < 0 || above >= TrustBundle.MAX_SEQUENCE) {
      throw CommandException.usage(
          "--above=" + above,
          "expected a sequence of 0 or more that has one above it",
          "take the one that the Link's condition TrustEstablished names");
    }
    GlobalOptions global = Objects.requireNonNull(parent).global();
    PrintWriter out = spec.commandLine().getOut();
    try (KubernetesClient client = KubeContexts.of(global).client(global)) {
      OwnDomain own = OwnDomain.find(client, global.namespace());
      // before its content: what is written in between is a conflict
      ConfigMap there =
          client
              .configMaps()
              .inNamespace(global.namespace())
              .withName(ObjectNames.TRUST_BUNDLE)
              .get();
      TrustBundle bundle = new KnownBundle(client, global.namespace(), own.object()).read();
      if (bundle.sequence() > above) {
        out.printf(
            "The bundle of %s has sequence %d already.%n", own.trustDomain(), bundle.sequence());
      } else {
        write(client, there, bundle);
        out.printf(
            "Published the bundle of %s as sequence %d, after %d. Who enforces it: isthmus trust status%n",
            own.trustDomain(), above + 1, bundle.sequence());
      }
      out.flush();
    }
    return ExitCode.YES;
  }

  private void write(KubernetesClient client, ConfigMap there, TrustBundle bundle) {
    TrustBundle next =
        new TrustBundle(
            bundle.trustDomain(),
            above + 1,
            bundle.refreshHint(),
            bundle.anchors(),
            bundle.revoked());
    try {
      client
          .resource(
              new ConfigMapBuilder(there)
                  .addToData(ObjectNames.BUNDLE_JWKS_KEY, new String(next.toJwks(), UTF_8))
                  .build())
          .update();
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      throw CommandException.refused(
          "cannot publish the bundle of " + bundle.trustDomain(),
          "ConfigMap %s/%s was written meanwhile"
              .formatted(there.getMetadata().getNamespace(), ObjectNames.TRUST_BUNDLE),
          "run the command again");
    }
  }
}
