package io.isthmus.cli.link;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.GlobalOptions;
import io.isthmus.cli.KubeContexts;
import java.time.Duration;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name the two clusters of a link. */
final class BothEnds {
  @Option(
      names = "--from",
      required = true,
      paramLabel = "<context>",
      description = "Kubeconfig context of one cluster.")
  private String from = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "<context>",
      description = "Kubeconfig context of the other cluster.")
  private String to = "";

  @Option(
      names = "--from-server",
      paramLabel = "<url>",
      description =
          "How the other cluster reaches the API server of --from; default: as the kubeconfig does.")
  private @Nullable String fromServer;

  @Option(
      names = "--to-server",
      paramLabel = "<url>",
      description =
          "How the other cluster reaches the API server of --to; default: as the kubeconfig does.")
  private @Nullable String toServer;

  int with(GlobalOptions global, Duration tokenLifetime, ToIntFunction<Linking> verb) {
    if (from.equals(to)) {
      throw CommandException.usage(
          "cannot link context %s to itself".formatted(from),
          "--from and --to are the same",
          "name the contexts of two clusters");
    }
    KubeContexts contexts = KubeContexts.of(global);
    try (KubernetesClient one = contexts.client(from);
        KubernetesClient other = contexts.client(to)) {
      return verb.applyAsInt(
          Linking.between(
              global.namespace(),
              LinkEnd.of(from, one, Optional.ofNullable(fromServer)),
              LinkEnd.of(to, other, Optional.ofNullable(toServer)),
              tokenLifetime));
    }
  }
}
