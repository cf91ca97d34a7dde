package io.isthmus.mirror.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.isthmus.api.link.LinkSpec;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.api.testing.ControlPlanePrograms;
import io.isthmus.api.testing.RealApiServer;
import io.isthmus.api.testing.RealApiServerExtension;
import java.io.IOException;
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
    LinkRights.apply(westServer.admin(), "charts/isthmus/files/rbac/mirror-controller.yaml");
    LinkRights.grant(eastServer);
  }

  @AfterAll
  static void stopEast() {
    if (eastServer != null) {
      eastServer.close();
    }
  }

  @Override
  TwoClusters clusters() {
    LeftOvers.remove(westServer.admin(), eastServer.admin());
    return new TwoClusters(westServer.admin(), eastServer.admin());
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
    return LinkRights.kubeconfig(eastServer);
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
