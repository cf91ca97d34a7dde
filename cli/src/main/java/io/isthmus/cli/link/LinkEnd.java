package io.isthmus.cli.link;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.cluster.Kubeconfigs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * One of the two clusters of a link.
 *
 * @param context the kubeconfig context by which it was reached, for messages
 * @param server how the *peer* reaches this cluster's API server
 */
public record LinkEnd(
    String context,
    KubernetesClient client,
    String cluster,
    String trustDomain,
    Kubeconfigs.Target server) {

  /** A cluster that was asked who it is. */
  sealed interface Asked {}

  /** It said so. */
  record Answered(LinkEnd end) implements Asked {}

  /**
   * Its API server cannot be reached.
   *
   * @param url by which it was tried, or by which peers reach it
   * @param cause what was seen instead of an answer
   */
  record Silent(String context, String url, String cause) implements Asked {
    String what() {
      return "cannot reach the API server of context " + context;
    }

    String why() {
      return url + ": " + cause;
    }

    CommandException failure() {
      return CommandException.unreachable(
          what(), why(), "check it with: kubectl --context " + context + " version");
    }
  }

  /** Asks the cluster for its name and trust domain. */
  public static LinkEnd of(String context, KubernetesClient client, Optional<String> serverUrl) {
    return switch (ask(context, client, serverUrl)) {
      case Answered(LinkEnd end) -> end;
      case Silent silent -> throw silent.failure();
    };
  }

  /** As {@link #of}, for a caller that can do without an answer. */
  static Asked ask(String context, KubernetesClient client, Optional<String> serverUrl) {
    try {
      return new Answered(answered(context, client, serverUrl));
    } catch (KubernetesClientException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      return new Silent(context, url(client, serverUrl), cause.toString());
    }
  }

  /** Objects of this cluster as YAML documents, each with a comment that names the context. */
  String yaml(List<HasMetadata> objects) {
    StringBuilder yaml = new StringBuilder();
    for (HasMetadata object : objects) {
      yaml.append("---\n# context ").append(context).append('\n');
      yaml.append(Serialization.asYaml(object).replaceFirst("^---\n", ""));
    }
    return yaml.toString();
  }

  private static String url(KubernetesClient client, Optional<String> serverUrl) {
    return serverUrl.orElseGet(client.getConfiguration()::getMasterUrl).replaceFirst("/$", "");
  }

  private static LinkEnd answered(
      String context, KubernetesClient client, Optional<String> serverUrl) {
    TrustDomain own = ownTrustDomain(context, client);
    String cluster = own.getMetadata().getName();
    Config config = client.getConfiguration();
    return new LinkEnd(
        context,
        client,
        cluster,
        own.getSpec().trustDomain(),
        new Kubeconfigs.Target(cluster, url(client, serverUrl), authority(context, config)));
  }

  /**
   * The one that this cluster issues for; the control plane makes it when it first starts.
   *
   * @throws KubernetesClientException when there is no answer at all
   */
  private static TrustDomain ownTrustDomain(String context, KubernetesClient client) {
    List<TrustDomain> own;
    try {
      own =
          client.resources(TrustDomain.class).list().getItems().stream()
              .filter(each -> each.getSpec().authority() != null)
              .toList();
    } catch (KubernetesClientException e) {
      if (e.getCode() > 0) {
        throw refused(context, e);
      }
      throw e;
    }
    if (own.size() != 1) {
      throw CommandException.refused(
          "cannot link the cluster of context " + context,
          "it has %d TrustDomains with spec.authority, expected one: the control plane makes it"
              .formatted(own.size()),
          "install Isthmus there first, and wait for: kubectl --context "
              + context
              + " get trustdomains");
    }
    return own.getFirst();
  }

  private static CommandException refused(String context, KubernetesClientException e) {
    if (e.getCode() == 404) {
      return CommandException.refused(
          "cannot link the cluster of context " + context,
          "its API server knows no TrustDomains: Isthmus is not installed there",
          "install it first");
    }
    return CommandException.refused(
        "cannot read the TrustDomains of context " + context,
        String.valueOf(e.getMessage()),
        "use a context whose user may administer the cluster");
  }

  private static String authority(String context, Config config) {
    try {
      if (config.getCaCertData() != null) {
        return new String(
            Base64.getDecoder().decode(config.getCaCertData()), StandardCharsets.UTF_8);
      }
      return config.getCaCertFile() == null
          ? ""
          : Files.readString(Path.of(config.getCaCertFile()));
    } catch (IOException e) {
      throw CommandException.usage(
          "cannot read the certificate authority of context " + context,
          e.toString(),
          "check certificate-authority in the kubeconfig");
    }
  }
}
