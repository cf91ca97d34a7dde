package io.isthmus.cli.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.testing.ControlPlanePrograms;
import io.isthmus.api.testing.RealApiServer;
import io.isthmus.api.testing.RealApiServerExtension;
import io.isthmus.cli.ExitCode;
import io.isthmus.cli.Typed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The verbs on a real API server with a controller manager, but no nodes: Pods never run. */
@ExtendWith(RealApiServerExtension.class)
class InstallRealApiIT {
  private static final String SYSTEM = "isthmus-system";

  @TempDir static Path directory;

  @SuppressWarnings("NullAway.Init") // before the first test
  private static RealApiServer server;

  @SuppressWarnings("NullAway.Init")
  private static KubernetesClient admin;

  private UsedMesh used;
  private Typed typed;

  @SuppressWarnings("NullAway.Init")
  InstallRealApiIT() {}

  @BeforeAll
  static void start() {
    server = RealApiServer.start(ControlPlanePrograms.ofEnvironment());
    server.startControllerManager();
    admin = server.admin();
    Crds.all().forEach(crd -> admin.resource(crd).delete());
    for (CustomResourceDefinition crd : Crds.all()) {
      admin.resource(crd).waitUntilCondition(Objects::isNull, 30, TimeUnit.SECONDS);
    }
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void type() throws IOException {
    used = new UsedMesh(admin);
    typed = as(server.adminKubeconfig());
  }

  private static Typed as(String kubeconfig) throws IOException {
    Path file = Files.createTempFile(directory, "config", ".yaml");
    Files.writeString(file, kubeconfig);
    return new Typed("--kubeconfig", file.toString());
  }

  private List<String> controlArguments() {
    return arguments("isthmus-control");
  }

  private String image(String deployment) {
    return deployment(deployment)
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst()
        .getImage();
  }

  private List<String> arguments(String deployment) {
    return deployment(deployment)
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst()
        .getArgs();
  }

  private Deployment deployment(String name) {
    return admin.apps().deployments().inNamespace(SYSTEM).withName(name).get();
  }

  @Nested
  class FromNothing {
    @AfterEach
    void uninstall() {
      typed.assertDone("uninstall", "--yes");
    }

    @Test
    void installsUpgradesAndLeavesNothing() {
      typed.assertDone("install", "--no-wait", "--set", "control.replicas=3");
      assertThat(typed.out())
          .contains("Namespace isthmus-system", "release isthmus (new)", "Gateway: no address yet");
      assertThat(admin.namespaces().withName(SYSTEM).get().getMetadata().getLabels())
          .containsEntry("pod-security.kubernetes.io/enforce", "restricted");
      assertThat(controlArguments()).contains("--cluster=test", "--trust-domain=test.internal");
      used.fillInCaBundle();

      typed.assertDone("install", "--no-wait");
      assertThat(typed.out()).contains("release isthmus (there already: upgraded)");
      assertThat(deployment("isthmus-control").getSpec().getReplicas())
          .as("what was given before stays")
          .isEqualTo(3);
      assertThat(used.caBundles())
          .as("what the control plane filled in stays")
          .containsOnly(UsedMesh.CA_BUNDLE);

      typed.assertDone("upgrade", "--dry-run", "--image-tag", "next");
      assertThat(typed.out()).contains("--sidecar-image=localhost/isthmus-sidecar:next");
      assertThat(controlArguments())
          .as("a dry run changes nothing")
          .doesNotContain("--sidecar-image=localhost/isthmus-sidecar:next");

      typed.assertDone(
          "upgrade", "--no-wait", "--image-tag", "next", "--gateway-set", "replicas=1");
      assertThat(controlArguments()).contains("--sidecar-image=localhost/isthmus-sidecar:next");
      assertThat(deployment("isthmus-gateway").getSpec().getReplicas()).isEqualTo(1);
      assertThat(used.caBundles()).containsOnly(UsedMesh.CA_BUNDLE);

      used.use();
      typed.assertRefused(
          ExitCode.NO,
          List.of(
              "trustDomain other.example: the TrustDomain test in the cluster is for test.internal"),
          "upgrade",
          "--no-wait",
          "--trust-domain",
          "other.example");
      typed.assertRefused(
          ExitCode.NO,
          List.of("the namespace isthmus-system enforces Pod Security restricted"),
          "upgrade",
          "--no-wait",
          "--gateway-set",
          "hostPort=15008",
          "--gateway-set",
          "service.type=ClusterIP");
      typed.assertRefused(ExitCode.USAGE, List.of("nothing was removed"), "uninstall");
      assertThat(deployment("isthmus-control")).isNotNull();
      typed.assertDone("uninstall", "--dry-run");
      assertThat(typed.out())
          .contains("# release isthmus", "kind: \"Link\"")
          .doesNotContain("\ndata:");
      typed.assertDone("uninstall", "--yes");
      used.assertNothingIsLeft();
      typed.assertDone("uninstall", "--yes");
      assertThat(typed.out()).contains("Nothing of Isthmus is there.");
    }

    @Test
    void refusesWhatContradictsTheCluster() throws IOException {
      typed.assertRefused(ExitCode.NO, List.of("nothing to upgrade"), "upgrade");
      typed.assertRefused(
          ExitCode.NO, List.of("'We_st' does not match"), "install", "--cluster", "We_st");
      typed.assertRefused(
          ExitCode.NO,
          List.of("additional properties 'replicas' not allowed"),
          "install",
          "--set",
          "replicas=3");
      assertThat(admin.namespaces().withName(SYSTEM).get())
          .as("refused before anything is made")
          .isNull();
      as(server.kubeconfig(server.createToken("default", "weak")))
          .assertRefused(
              ExitCode.NO,
              List.of(
                  "the user of context test may not do what this needs",
                  "create clusterroles.rbac.authorization.k8s.io",
                  "create namespaces"),
              "install");
    }

    @Test
    void upgradeAddsNoGatewayThatWasLeftOut() {
      typed.assertDone("install", "--no-wait", "--no-gateway");
      assertThat(typed.out()).contains("No gateway: this cluster exports nothing.");
      typed.assertDone("upgrade", "--no-wait");
      assertThat(deployment("isthmus-gateway")).isNull();
      typed.assertDone("upgrade", "--no-wait", "--gateway-set", "replicas=1");
      assertThat(deployment("isthmus-gateway").getSpec().getReplicas()).isEqualTo(1);
    }

    /** The gateway's turn comes after the mesh is there. */
    @Test
    void nothingIsMadeWhenTheApiServerRefusesTheGateway() {
      Service other =
          new ServiceBuilder()
              .withNewMetadata()
              .withNamespace("default")
              .withName("other")
              .endMetadata()
              .withNewSpec()
              .withType("NodePort")
              .addNewPort()
              .withPort(80)
              .withNodePort(31508)
              .endPort()
              .endSpec()
              .build();
      admin.resource(other).create();
      typed.assertRefused(
          ExitCode.NO,
          List.of("Service isthmus-gateway: ", "31508: provided port is already allocated"),
          "install",
          "--gateway-set",
          "service.type=NodePort",
          "--gateway-set",
          "service.nodePort=31508");
      admin.resource(other).delete();
      assertThat(admin.namespaces().withName(SYSTEM).get()).isNull();
      assertThat(admin.rbac().clusterRoles().withName("isthmus-control").get()).isNull();

      typed.assertRefused(
          ExitCode.NO,
          List.of("the namespace isthmus-system enforces Pod Security restricted"),
          "install",
          "--gateway-set",
          "hostPort=15008",
          "--gateway-set",
          "service.type=ClusterIP");
      assertThat(admin.namespaces().withName(SYSTEM).get()).isNull();
    }

    @Test
    void dryRunPrintsAllThatItWouldApply() throws IOException {
      typed.assertDone("install", "--dry-run", "--cluster", "west");
      Path yaml = Files.writeString(directory.resolve("all.yaml"), typed.out());
      try (var in = Files.newInputStream(yaml)) {
        assertThat(admin.load(in).items())
            .extracting(each -> each.getKind())
            .contains("Namespace", "Deployment", "CustomResourceDefinition", "PodDisruptionBudget")
            .hasSizeGreaterThan(25);
      }
      assertThat(admin.namespaces().withName(SYSTEM).get()).isNull();
    }
  }

  /** Each leaves it as others can use it: that a namespace ends takes six seconds. */
  @Nested
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  class OnOneInstallation {
    @BeforeAll
    void install() throws IOException {
      Path values =
          Files.writeString(
              directory.resolve("mesh.yaml"),
              "cluster: west\ntrustDomain: west.example\nimage: {repository: registry.example/a}\n");
      as(server.adminKubeconfig())
          .assertDone(
              "install", "--no-wait", "--values", values.toString(), "--set", "image.tag=v9");
    }

    @AfterAll
    void uninstall() throws IOException {
      as(server.adminKubeconfig()).assertDone("uninstall", "--yes");
    }

    @Test
    void gatewayIsToldWhatTheMeshIsTold() {
      assertThat(arguments("isthmus-gateway"))
          .contains("--cluster=west", "--trust-domain=west.example");
      assertThat(image("isthmus-gateway")).isEqualTo("registry.example/a/isthmus-gateway:v9");

      typed.assertDone("upgrade", "--no-wait");
      assertThat(typed.out()).contains("images stay at the tag v9");
      assertThat(image("isthmus-gateway")).isEqualTo("registry.example/a/isthmus-gateway:v9");
    }

    @Test
    void removesNothingOfWhatOthersInstalled() {
      isOf("argo");
      typed.assertRefused(
          ExitCode.NO,
          List.of("the Deployment isthmus-control is of no release isthmus or isthmus-gateway"),
          "uninstall",
          "--yes");
      assertThat(deployment("isthmus-gateway")).isNotNull();
      isOf("isthmus");
    }

    private void isOf(String release) {
      admin
          .apps()
          .deployments()
          .inNamespace(SYSTEM)
          .withName("isthmus-control")
          .edit(deployment -> {
            deployment.getMetadata().getAnnotations().put("meta.helm.sh/release-name", release);
            return deployment;
          });
    }

    @Test
    void saysWhatItWaitsForAndWhatIsWrong() {
      imageOfControlCannotBePulled();
      typed.assertRefused(
          ExitCode.NO,
          List.of(
              "installed, but not ready after 3 s",
              "Deployment isthmus-control: 0 of 2 ready",
              "the control plane's caBundle in isthmus-injection",
              ": ImagePullBackOff: Back-off pulling image \"registry.example/a/isthmus-control:v9\""),
          "install",
          "--timeout",
          "3s");
      assertThat(typed.out()).contains("waiting for Deployment isthmus-gateway: 0 of 2 ready");
    }

    /** As a kubelet says it. */
    private void imageOfControlCannotBePulled() {
      var pods =
          admin.pods().inNamespace(SYSTEM).withLabel("app.kubernetes.io/name", "isthmus-control");
      pods.waitUntilCondition(Objects::nonNull, 30, TimeUnit.SECONDS);
      Pod pod = pods.list().getItems().getFirst();
      String image = pod.getSpec().getContainers().getFirst().getImage();
      admin
          .resource(
              new PodBuilder(pod)
                  .editStatus()
                  .addNewContainerStatus()
                  .withName(pod.getSpec().getContainers().getFirst().getName())
                  .withImage(image)
                  .withNewState()
                  .withNewWaiting("Back-off pulling image \"" + image + "\"", "ImagePullBackOff")
                  .endState()
                  .endContainerStatus()
                  .endStatus()
                  .build())
          .updateStatus();
    }

    @Test
    void refusesASecondInstallationAndNewerDefinitions() {
      rolesAreOf("other");
      typed.assertRefused(
          ExitCode.NO,
          List.of("Isthmus is installed in this cluster already, as release other"),
          "upgrade",
          "--no-wait");
      rolesAreOf("isthmus");
      gatewayIsOf("other");
      typed.assertRefused(
          ExitCode.NO,
          List.of(
              "a gateway is installed in this cluster already (Service isthmus-gateway of release"
                  + " \"other\")"),
          "upgrade",
          "--no-wait");
      gatewayIsOf("isthmus-gateway");
      admin
          .apiextensions()
          .v1()
          .customResourceDefinitions()
          .withName("links.isthmus.io")
          .edit(crd -> {
            crd.getMetadata().getLabels().put("app.kubernetes.io/version", "9.0.0");
            return crd;
          });
      typed.assertRefused(
          ExitCode.NO,
          List.of("links.isthmus.io is of version 9.0.0: expected at most"),
          "upgrade",
          "--no-wait");
      typed.assertDone("upgrade", "--no-wait", "--set", "crds.install=false");
      assertThat(
              admin
                  .apiextensions()
                  .v1()
                  .customResourceDefinitions()
                  .withName("links.isthmus.io")
                  .get())
          .as("kept")
          .isNotNull();
    }

    private void gatewayIsOf(String release) {
      admin
          .services()
          .inNamespace(SYSTEM)
          .withName("isthmus-gateway")
          .edit(service -> {
            service.getMetadata().getAnnotations().put("meta.helm.sh/release-name", release);
            return service;
          });
    }

    private void rolesAreOf(String release) {
      admin
          .rbac()
          .clusterRoles()
          .withName("isthmus-control")
          .edit(role -> {
            role.getMetadata().getAnnotations().put("meta.helm.sh/release-name", release);
            return role;
          });
    }
  }
}
