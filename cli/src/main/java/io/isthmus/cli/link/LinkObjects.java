package io.isthmus.cli.link;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkSpec;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.cli.cluster.Kubeconfigs;
import io.isthmus.cli.install.Roles;
import java.util.List;

/** What one end of a link consists of: the objects in {@code here} that are about {@code peer}. */
record LinkObjects(String namespace, LinkEnd here, LinkEnd peer) {

  /** Whom the peer's mirror controller is in this cluster. */
  String account() {
    return new PeerNames(peer.cluster()).account();
  }

  String secretName() {
    return new PeerNames(peer.cluster()).secret();
  }

  /** What lets the peer in: to be made at both ends before either end's credentials. */
  List<HasMetadata> access() {
    return List.of(
        new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build(),
        new ServiceAccountBuilder().withMetadata(namespaced(account())).build(),
        Roles.linkReader(),
        new ClusterRoleBindingBuilder()
            .withMetadata(new ObjectMetaBuilder().withName(account()).build())
            .withNewRoleRef()
            .withApiGroup("rbac.authorization.k8s.io")
            .withKind("ClusterRole")
            .withName(ObjectNames.LINK_READER)
            .endRoleRef()
            .addNewSubject()
            .withKind("ServiceAccount")
            .withNamespace(namespace)
            .withName(account())
            .endSubject()
            .build());
  }

  /** What lets this cluster's mirror controller read the one Secret, and no other. */
  List<HasMetadata> credentialsAccess() {
    return List.of(
        new RoleBuilder()
            .withMetadata(namespaced(account()))
            .addNewRule()
            .withApiGroups("")
            .withResources("secrets")
            .withResourceNames(secretName())
            .withVerbs("list", "watch")
            .endRule()
            .build(),
        new RoleBindingBuilder()
            .withMetadata(namespaced(account()))
            .withNewRoleRef()
            .withApiGroup("rbac.authorization.k8s.io")
            .withKind("Role")
            .withName(account())
            .endRoleRef()
            .addNewSubject()
            .withKind("ServiceAccount")
            .withNamespace(namespace)
            .withName(ObjectNames.MIRROR_CONTROLLER_SERVICE_ACCOUNT)
            .endSubject()
            .build());
  }

  /** A kubeconfig for the peer's API server. */
  Secret credentials(String token) {
    return new SecretBuilder()
        .withMetadata(namespaced(secretName()))
        .withType("Opaque")
        .addToStringData(ObjectNames.KUBECONFIG_KEY, Kubeconfigs.yaml(peer.server(), token))
        .build();
  }

  TrustDomain trustDomain() {
    TrustDomain trustDomain = new TrustDomain();
    trustDomain.setMetadata(new ObjectMetaBuilder().withName(peer.cluster()).build());
    trustDomain.setSpec(TrustDomainSpec.linked(peer.trustDomain(), peer.cluster()));
    return trustDomain;
  }

  Link link() {
    Link link = new Link();
    link.setMetadata(namespaced(peer.cluster()));
    link.setSpec(LinkSpec.to(peer.cluster(), peer.trustDomain(), secretName()));
    return link;
  }

  private ObjectMeta namespaced(String name) {
    return new ObjectMetaBuilder().withNamespace(namespace).withName(name).build();
  }
}
