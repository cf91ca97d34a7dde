package io.isthmus.cli.link;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.PeerCredentials;

/** The way to a peer that a Link holds. */
public final class LinkCredentials {
  private LinkCredentials() {}

  /** As they are stored now in the Link's own cluster. */
  public static PeerCredentials of(KubernetesClient client, Link link) {
    String namespace = link.getMetadata().getNamespace();
    String secret = link.getSpec().credentials().secretRef().name();
    return PeerCredentials.read(
        namespace + "/" + secret, client.secrets().inNamespace(namespace).withName(secret).get());
  }

  /** How a peer is asked by it, for people. */
  public static String by(Link link, String cluster) {
    return "Link %s/%s of %s"
        .formatted(link.getMetadata().getNamespace(), link.getMetadata().getName(), cluster);
  }
}
