package io.isthmus.mirror.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.isthmus.api.Labels;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkSpec;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.api.testing.ControlPlanePrograms;
import io.isthmus.api.testing.RealApiServer;
import io.isthmus.api.testing.RealApiServerExtension;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Real API servers on both sides; controller and Link have exactly the roles that are shipped. */
@ExtendWith(RealApiServerExtension.class)
final class RealApiMirroringIT extends MirroringScenarios {
  private static final AtomicInteger NAMESPACES = new AtomicInteger();
  private static RealApiServer westServer;
  private static RealApiServer eastServer;

  @BeforeAll
  static void installRoles(RealApiServer shared) throws IOException {
    westServer = shared;
    eastServer = RealApiServer.start(ControlPlanePrograms.ofEnvironment());
    TwoClusters.namespace(westServer.admin(), TwoClusters.SYSTEM);
    TwoClusters.namespace(eastServer.admin(), TwoClusters.SYSTEM);
    apply(westServer.admin(), "charts/isthmus/files/rbac/mirror-controller.yaml");
    apply(eastServer.admin(), "mirror-controller/src/main/kubernetes/rbac-peer.yaml");
    eastServer
        .admin()
        .resource(
            new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName("isthmus-link-west")
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "isthmus-link-reader")
                .addNewSubject("", "ServiceAccount", "isthmus-link-west", TwoClusters.SYSTEM)
                .build())
        .create();
  }

  @AfterAll
  static void stopEast() {
    if (eastServer != null) {
      eastServer.close();
    }
  }

  private static void apply(KubernetesClient client, String file) throws IOException {
    try (InputStream yaml =
        Files.newInputStream(Path.of(System.getProperty("isthmus.root"), file))) {
      for (HasMetadata object : client.load(yaml).items()) {
        client.resource(object).createOr(NonDeletingOperation::update);
      }
    }
  }

  @Override
  TwoClusters clusters() {
    TwoClusters clusters = new TwoClusters(westServer.admin(), eastServer.admin());
    for (Link link : clusters.west.resources(Link.class).inAnyNamespace().list().getItems()) {
      link.getMetadata().setFinalizers(null);
      clusters.west.resource(link).update();
      clusters.west.resource(link).delete();
    }
    clusters.west.services().inAnyNamespace().withLabel(Labels.MIRRORED).delete();
    clusters
        .west
        .discovery()
        .v1()
        .endpointSlices()
        .inAnyNamespace()
        .withLabel(Labels.MIRRORED)
        .delete();
    clusters
        .west
        .configMaps()
        .inNamespace(TwoClusters.SYSTEM)
        .withLabel(Labels.TRUST_BUNDLE)
        .delete();
    clusters.east.services().inAnyNamespace().withLabel(Labels.EXPORTED).delete();
    return clusters;
  }

  @Override
  String freshNamespace() {
    return "shop-" + NAMESPACES.incrementAndGet();
  }

  @Override
  KubernetesClient controllersClient() {
    return westServer.client(
        westServer.createToken(TwoClusters.SYSTEM, "isthmus-mirror-controller"));
  }

  @Override
  void allowToRead(String secret) {
    KubernetesClient west = westServer.admin();
    west.resource(
            new RoleBuilder()
                .withNewMetadata()
                .withNamespace(TwoClusters.SYSTEM)
                .withName(secret)
                .endMetadata()
                .addNewRule()
                .withApiGroups("")
                .withResources("secrets")
                .withResourceNames(secret)
                .withVerbs("list", "watch")
                .endRule()
                .build())
        .createOr(NonDeletingOperation::update);
    west.resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withNamespace(TwoClusters.SYSTEM)
                .withName(secret)
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "Role", secret)
                .addNewSubject(
                    "", "ServiceAccount", "isthmus-mirror-controller", TwoClusters.SYSTEM)
                .build())
        .createOr(NonDeletingOperation::update);
  }

  @Override
  String peerKubeconfig() {
    return eastServer.kubeconfig(eastServer.createToken(TwoClusters.SYSTEM, "isthmus-link-west"));
  }

  @Test // 30
  void credentialsThatThePeerRefusesAreACondition() {
    TwoClusters clusters = clusters();
    clusters.secret("link-refused", eastServer.kubeconfig("revoked"));
    allowToRead("link-refused");
    clusters.link("east", LinkSpec.to("east", "east.example", "link-refused"));
    clusters.start(controllersClient(), () -> true);
    try {
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() ->
              assertThat(clusters.condition("east", LinkStatus.CREDENTIALS_VALID))
                  .startsWith("False Refused")
                  .contains(eastServer.url()));
    } finally {
      clusters.close();
    }
  }

  @Test
  void controllerReadsNoSecretButThoseOfLinks() {
    TwoClusters clusters = clusters();
    clusters.secret("isthmus-root", "the authority's key");
    try (KubernetesClient controller = controllersClient()) {
      var secrets = controller.secrets().inNamespace(TwoClusters.SYSTEM);
      assertThat(secrets.withField("metadata.name", "link-east").list().getItems()).hasSize(1);
      assertThatThrownBy(() -> secrets.withField("metadata.name", "isthmus-root").list())
          .hasMessageContaining("forbidden");
      assertThatThrownBy(() -> secrets.withName("isthmus-root").get())
          .hasMessageContaining("forbidden");
      assertThatThrownBy(secrets::list).hasMessageContaining("forbidden");
    }
    clusters.secret("link-unnamed", peerKubeconfig());
    clusters.link("east", LinkSpec.to("east", "east.example", "link-unnamed"));
    clusters.start(controllersClient(), () -> true);
    try {
      await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() ->
              assertThat(clusters.condition("east", LinkStatus.CREDENTIALS_VALID))
                  .startsWith("False SecretUnreadable")
                  .contains("isthmus-system/link-unnamed", "resourceNames [link-unnamed]"));
      allowToRead("link-unnamed");
      await()
          .atMost(Duration.ofSeconds(40))
          .untilAsserted(() ->
              assertThat(clusters.condition("east", LinkStatus.CREDENTIALS_VALID))
                  .startsWith("True"));
    } finally {
      clusters.close();
    }
  }
}
