package io.isthmus.cli.link;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
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

  /** Asks the cluster for its name and trust domain. */
  public static LinkEnd of(String context, KubernetesClient client, Optional<String> serverUrl) {
    TrustDomain own = ownTrustDomain(context, client);
    String cluster = own.getMetadata().getName();
    Config config = client.getConfiguration();
    return new LinkEnd(
        context,
        client,
        cluster,
        own.getSpec().trustDomain(),
        new Kubeconfigs.Target(
            cluster,
            serverUrl.orElseGet(() -> config.getMasterUrl().replaceFirst("/$", "")),
            authority(context, config)));
  }

  /** The one that this cluster issues for; the control plane makes it when it first starts. */
  private static TrustDomain ownTrustDomain(String context, KubernetesClient client) {
    List<TrustDomain> own;
    try {
      own =
          client.resources(TrustDomain.class).list().getItems().stream()
              .filter(each -> each.getSpec().authority() != null)
              .toList();
    } catch (KubernetesClientException e) {
      throw unreachable(context, client, e);
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

  private static CommandException unreachable(
      String context, KubernetesClient client, KubernetesClientException e) {
    if (e.getCode() == 404) {
      return CommandException.refused(
          "cannot link the cluster of context " + context,
          "its API server knows no TrustDomains: Isthmus is not installed there",
          "install it first");
    }
    if (e.getCode() > 0) {
      return CommandException.refused(
          "cannot read the TrustDomains of context " + context,
          String.valueOf(e.getMessage()),
          "use a context whose user may administer the cluster");
    }
    return CommandException.unreachable(
        "cannot reach the API server of context " + context,
        "%s: %s"
            .formatted(
                client.getConfiguration().getMasterUrl(),
                e.getCause() == null ? e.getMessage() : e.getCause()),
        "check it with: kubectl --context " + context + " version");
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
