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
    try (Clients clients = open(global)) {
      return verb.applyAsInt(
          Linking.between(
              global.namespace(),
              LinkEnd.of(from, clients.from(), Optional.ofNullable(fromServer)),
              LinkEnd.of(to, clients.to(), Optional.ofNullable(toServer)),
              tokenLifetime));
    }
  }

  /** {@code peer} names the cluster that cannot be reached, should it be one of the two. */
  int without(GlobalOptions global, Optional<String> peer, ToIntFunction<Unlinking> verb) {
    try (Clients clients = open(global)) {
      return verb.applyAsInt(
          unlinking(
              global.namespace(),
              LinkEnd.ask(from, clients.from(), Optional.ofNullable(fromServer)),
              LinkEnd.ask(to, clients.to(), Optional.ofNullable(toServer)),
              peer));
    }
  }

  /** The command line that does the same with both again. */
  String again(GlobalOptions global, String verb) {
    StringBuilder line = new StringBuilder("isthmus");
    global.kubeconfig().ifPresent(file -> line.append(" --kubeconfig ").append(file));
    return line.append(
            " -n %s link %s --from %s --to %s".formatted(global.namespace(), verb, from, to))
        .toString();
  }

  private static Unlinking unlinking(
      String namespace, LinkEnd.Asked from, LinkEnd.Asked to, Optional<String> peer) {
    return switch (from) {
      case LinkEnd.Answered(LinkEnd one) ->
          switch (to) {
            case LinkEnd.Answered(LinkEnd other) -> {
              Linking.refuseOneCluster(one, other);
              yield Unlinking.ofBoth(namespace, one, other);
            }
            case LinkEnd.Silent silent -> oneEnd(namespace, one, silent, peer);
          };
      case LinkEnd.Silent silent ->
          switch (to) {
            case LinkEnd.Answered(LinkEnd other) -> oneEnd(namespace, other, silent, peer);
            case LinkEnd.Silent _ -> throw silent.failure();
          };
    };
  }

  private static Unlinking oneEnd(
      String namespace, LinkEnd here, LinkEnd.Silent silent, Optional<String> peer) {
    return Unlinking.ofOne(
        namespace, here, silent, new SilentPeer(namespace, here, silent).name(peer));
  }

  private Clients open(GlobalOptions global) {
    if (from.equals(to)) {
      throw CommandException.usage(
          "cannot link context %s to itself".formatted(from),
          "--from and --to are the same",
          "name the contexts of two clusters");
    }
    KubeContexts contexts = KubeContexts.of(global);
    return new Clients(contexts.client(from), contexts.client(to));
  }

  private record Clients(KubernetesClient from, KubernetesClient to) implements AutoCloseable {
    @Override
    public void close() {
      from.close();
      to.close();
    }
  }
}
