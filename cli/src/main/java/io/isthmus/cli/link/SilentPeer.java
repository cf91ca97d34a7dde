package io.isthmus.cli.link;

import io.fabric8.kubernetes.api.model.NamedCluster;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.Link;
import io.isthmus.cli.CommandException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Finds the name of a cluster that does not answer: it is the peer of the Link here whose
 * credentials lead to the same API server.
 */
record SilentPeer(String namespace, LinkEnd here, LinkEnd.Silent silent) {

  /** {@code named} is what the user says it is called, which is believed. */
  String name(Optional<String> named) {
    if (named.filter(here.cluster()::equals).isPresent()) {
      throw CommandException.usage(
          "cannot unlink cluster %s from itself".formatted(here.cluster()),
          "--peer names the cluster of context " + here.context(),
          "name the cluster of context " + silent.context());
    }
    return named.orElseGet(this::byServer);
  }

  private String byServer() {
    List<Link> links = here.client().resources(Link.class).inNamespace(namespace).list().getItems();
    List<String> found =
        links.stream().filter(this::leadsThere).map(link -> link.getSpec().cluster()).toList();
    if (found.size() != 1) {
      throw CommandException.unreachable(
          silent.what(),
          "%s; and %d of the Links in %s lead to that API server, so its cluster's name is not known: %s"
              .formatted(
                  silent.url(),
                  found.size(),
                  here.cluster(),
                  links.stream().map(link -> link.getSpec().cluster()).toList()),
          "name the cluster to remove %s's side only: --peer <cluster>".formatted(here.cluster()));
    }
    return found.getFirst();
  }

  private boolean leadsThere(Link link) {
    Secret secret =
        here.client()
            .secrets()
            .inNamespace(namespace)
            .withName(link.getSpec().credentials().secretRef().name())
            .get();
    if (secret == null || secret.getData() == null) {
      return false;
    }
    String kubeconfig =
        new String(
            Base64.getDecoder()
                .decode(secret.getData().getOrDefault(ObjectNames.KUBECONFIG_KEY, "")),
            StandardCharsets.UTF_8);
    return servers(kubeconfig).contains(silent.url());
  }

  /**
   * None of a Secret that is no kubeconfig: another Link's trouble must not stop this one's end.
   */
  private static List<String> servers(String kubeconfig) {
    try {
      return KubeConfigUtils.parseConfigFromString(kubeconfig).getClusters().stream()
          .map(NamedCluster::getCluster)
          .map(cluster -> cluster.getServer().replaceFirst("/$", ""))
          .toList();
    } catch (RuntimeException e) {
      return List.of();
    }
  }
}
