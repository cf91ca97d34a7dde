package io.isthmus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkSpec;
import io.isthmus.api.testing.ControlPlanePrograms;
import io.isthmus.api.testing.RealApiServer;
import io.isthmus.api.testing.RealApiServerExtension;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.certs.Pem;
import io.isthmus.certs.testing.CertificateRecipe;
import io.isthmus.certs.testing.Made;
import io.isthmus.cli.install.Roles;
import io.isthmus.cli.trust.Statuses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code isthmus trust} on real API servers, the peer's under exactly the role of a Link. */
@ExtendWith(RealApiServerExtension.class)
class TrustRealApiIT {
  private static final String SYSTEM = "isthmus-system";

  @SuppressWarnings("NullAway.Init") // by the first test
  private static RealApiServer east;

  @TempDir Path directory;
  private KubernetesClient west;
  private Typed typed;
  private final Statuses statuses = new Statuses(Instant.now());

  @SuppressWarnings("NullAway.Init")
  TrustRealApiIT() {}

  @BeforeEach
  void install(RealApiServer server) throws IOException {
    if (east == null) {
      east = RealApiServer.start(ControlPlanePrograms.ofEnvironment());
    }
    west = server.admin();
    typed = new Typed("--kubeconfig", file("config", server.adminKubeconfig()), "trust");
    west.resources(TrustDomain.class).delete();
    east.admin().resources(TrustDomain.class).delete();
    own(west, "west");
    own(east.admin(), "east");
    peerAccount(east.admin());
    link(west);
  }

  @AfterAll
  static void stopEast() {
    if (east != null) {
      east.close();
    }
  }

  private void own(KubernetesClient client, String cluster) {
    TrustDomain own = new TrustDomain();
    own.setMetadata(new ObjectMetaBuilder().withName(cluster).build());
    own.setSpec(TrustDomainSpec.own(cluster + ".demo"));
    client.resource(own).create();
    TrustDomain made = client.resources(TrustDomain.class).withName(cluster).get();
    made.setStatus(statuses.steady(7, statuses.enforced(7, 1)));
    client.resource(made).updateStatus();
    put(client, new NamespaceBuilder().withNewMetadata().withName(SYSTEM).endMetadata().build());
  }

  private static void put(KubernetesClient client, HasMetadata object) {
    client.resource(object).createOr(NonDeletingOperation::update);
  }

  private static void peerAccount(KubernetesClient client) {
    put(client, Roles.linkReader());
    put(
        client,
        new ServiceAccountBuilder()
            .withNewMetadata()
            .withNamespace(SYSTEM)
            .withName("isthmus-link-west")
            .endMetadata()
            .build());
    put(
        client,
        new ClusterRoleBindingBuilder()
            .withNewMetadata()
            .withName("isthmus-link-west")
            .endMetadata()
            .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", "isthmus-link-reader")
            .addNewSubject("", "ServiceAccount", "isthmus-link-west", SYSTEM)
            .build());
  }

  private void link(KubernetesClient client) {
    put(
        client,
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(SYSTEM)
            .withName("link-east")
            .endMetadata()
            .addToStringData(
                "kubeconfig", east.kubeconfig(east.createToken(SYSTEM, "isthmus-link-west")))
            .build());
    Link link = new Link();
    link.setMetadata(new ObjectMetaBuilder().withNamespace(SYSTEM).withName("east").build());
    link.setSpec(LinkSpec.to("east", "east.demo", "link-east"));
    put(client, link);
  }

  private TrustDomainSpec spec() {
    return west.resources(TrustDomain.class).withName("west").get().getSpec();
  }

  @Test
  void roleOfALinkIsEnoughToAskThePeer() {
    typed.run("status");
    assertThat(typed.out())
        .as(typed.err())
        .contains("cluster west", "cluster east", "1 of 1")
        .doesNotContain("was not asked");
  }

  @Test
  void wishesAreTakenByTheSchemaAndLeaveTheRestAlone() {
    TrustDomainSpec.Authority before = spec().authority();
    typed.assertDone("rotate", "issuer", "--id", "i1");
    assertThat(Objects.requireNonNull(spec().rotation()).id()).isEqualTo("i1");
    typed.run("revoke", "issuer", "--yes", "--break", "--timeout", "0s");
    assertThat(spec().revoked()).containsExactly(Statuses.OLD_ISSUER);
    assertThat(Objects.requireNonNull(spec().rotation()).id()).isEqualTo("i1");
    assertThat(spec().authority()).isEqualTo(before);
  }

  @Test
  void issuerOfAnOperatorTakesThePlaceOfTheManagedForm() throws IOException {
    Instant now = Instant.now();
    Made root =
        CertificateRecipe.authority("offline root", now)
            .valid(now.minusSeconds(60), now.plusSeconds(400_000))
            .selfSigned();
    Made issuer =
        CertificateRecipe.authority("issuer", now)
            .valid(now.minusSeconds(60), now.plusSeconds(300_000))
            .signedBy(root);
    String[] line = {
      "install-issuer",
      "--yes",
      "--chain",
      file("chain.pem", Pem.encode(issuer.certificate())),
      "--root",
      file("root.pem", Pem.encode(root.certificate())),
      "--key",
      file("issuer.key", Pem.encode(issuer.privateKey()))
    };
    typed.assertDone(line);
    typed.assertDone(line); // over what is there
    TrustDomainSpec.Authority authority = Objects.requireNonNull(spec().authority());
    assertThat(authority.managed()).isNull();
    assertThat(Objects.requireNonNull(authority.operator()).issuerSecretRef().name())
        .isEqualTo("isthmus-operator-issuer");
    typed.assertDone("install-issuer", "--request");
    west.secrets().inNamespace(SYSTEM).withName("isthmus-operator-issuer").delete();
    west.secrets().inNamespace(SYSTEM).withName("isthmus-operator-issuer-request").delete();
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content).toString();
  }
}
