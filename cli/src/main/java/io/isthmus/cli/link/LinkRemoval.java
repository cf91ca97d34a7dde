package io.isthmus.cli.link;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.link.Link;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.cli.cluster.Waiting;
import java.time.Duration;
import java.util.List;

/**
 * What unlinking removes in one cluster, known by names alone, for the peer may be silent. The
 * namespace, the cluster role and the definitions stay: others use them.
 */
record LinkRemoval(String namespace, LinkEnd here, String peer) {

  /** The Link first. Of each only kind and name, so that no credentials are printed. */
  static List<HasMetadata> objects(String namespace, String peer) {
    PeerNames names = new PeerNames(peer);
    Link link = new Link();
    link.setMetadata(metadata(namespace, peer));
    TrustDomain trustDomain = new TrustDomain();
    trustDomain.setMetadata(new ObjectMetaBuilder().withName(peer).build());
    return List.of(
        link,
        trustDomain,
        new SecretBuilder().withMetadata(metadata(namespace, names.secret())).build(),
        new RoleBindingBuilder().withMetadata(metadata(namespace, names.account())).build(),
        new RoleBuilder().withMetadata(metadata(namespace, names.account())).build(),
        new ClusterRoleBindingBuilder()
            .withMetadata(new ObjectMetaBuilder().withName(names.account()).build())
            .build(),
        new ServiceAccountBuilder().withMetadata(metadata(namespace, names.account())).build());
  }

  List<HasMetadata> objects() {
    return objects(namespace, peer);
  }

  /** Asks for the Link's removal; its finalizer lets the mirror controller clean up first. */
  void begin() {
    here.client().resource(link()).delete();
  }

  void awaitLinkGone(Duration atMost) {
    KubernetesClient client = here.client();
    Waiting.until(
        "the Link %s/%s in %s to go; its finalizer is the mirror controller's to remove"
            .formatted(namespace, peer, here.cluster()),
        atMost,
        () -> client.resource(link()).get() == null);
  }

  /** Everything but the Link: the mirror controller needed it until the Link was gone. */
  void finish() {
    objects().stream().skip(1).forEach(object -> here.client().resource(object).delete());
  }

  private HasMetadata link() {
    return objects().getFirst();
  }

  private static ObjectMeta metadata(String namespace, String name) {
    return new ObjectMetaBuilder().withNamespace(namespace).withName(name).build();
  }
}
