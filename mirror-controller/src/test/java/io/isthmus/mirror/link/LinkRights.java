package io.isthmus.mirror.link;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.isthmus.api.testing.RealApiServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the shipped manifests let a Link's credentials do in a peer. */
final class LinkRights {
  static final String ACCOUNT = "isthmus-link-west";

  private LinkRights() {}

  static void grant(RealApiServer peer) throws IOException {
    apply(peer.admin(), "mirror-controller/src/main/kubernetes/rbac-peer.yaml");
    peer.admin()
        .resource(
            new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName(ACCOUNT)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "isthmus-link-reader")
                .addNewSubject("", "ServiceAccount", ACCOUNT, TwoClusters.SYSTEM)
                .build())
        .create();
  }

  static String kubeconfig(RealApiServer peer) {
    return peer.kubeconfig(peer.createToken(TwoClusters.SYSTEM, ACCOUNT));
  }

  /** Applies a manifest of the project's. */
  static void apply(KubernetesClient client, String file) throws IOException {
    try (InputStream yaml =
        Files.newInputStream(Path.of(System.getProperty("isthmus.root"), file))) {
      for (HasMetadata object : client.load(yaml).items()) {
        client.resource(object).createOr(NonDeletingOperation::update);
      }
    }
  }
}
