package io.isthmus.cli.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkSpec;
import io.isthmus.api.testing.ControlPlanePrograms;
import io.isthmus.api.testing.RealApiServer;
import io.isthmus.api.testing.RealApiServerExtension;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.cli.ExitCode;
import io.isthmus.cli.Typed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The verbs on a real API server with a controller manager, but no nodes: Pods never run. */
@ExtendWith(RealApiServerExtension.class)
class InstallRealApiIT {
  private static final String SYSTEM = "isthmus-system";
  private static final String CA_BUNDLE = "b3VycyBhbG9uZQ==";

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init") // before the first test
  private static RealApiServer server;

  @SuppressWarnings("NullAway.Init")
  private static KubernetesClient admin;

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
    typed = as(server.adminKubeconfig());
  }

  @AfterEach
  void uninstall() {
    typed.assertDone("uninstall", "--yes");
  }

  private Typed as(String kubeconfig) throws IOException {
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

  @Test
  void installsUpgradesAndLeavesNothing() {
    typed.assertDone("install", "--no-wait", "--set", "control.replicas=3");
    assertThat(typed.out())
        .contains("Namespace isthmus-system", "release isthmus (new)", "Gateway: no address yet");
    assertThat(admin.namespaces().withName(SYSTEM).get().getMetadata().getLabels())
        .containsEntry("pod-security.kubernetes.io/enforce", "restricted");
    assertThat(controlArguments()).contains("--cluster=test", "--trust-domain=test.internal");
    fillInCaBundle();

    typed.assertDone("install", "--no-wait");
    assertThat(typed.out()).contains("release isthmus (there already: upgraded)");
    assertThat(deployment("isthmus-control").getSpec().getReplicas())
        .as("what was given before stays")
        .isEqualTo(3);
    assertThat(caBundles()).as("what the control plane filled in stays").containsOnly(CA_BUNDLE);

    typed.assertDone("upgrade", "--no-wait", "--image-tag", "next", "--gateway-set", "replicas=1");
    assertThat(controlArguments()).contains("--sidecar-image=localhost/isthmus-sidecar:next");
    assertThat(deployment("isthmus-gateway").getSpec().getReplicas()).isEqualTo(1);
    assertThat(caBundles()).containsOnly(CA_BUNDLE);

    useIt();
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
    assertNothingIsLeft();
    typed.assertDone("uninstall", "--yes");
    assertThat(typed.out()).contains("Nothing of Isthmus is there.");
  }

  private void fillInCaBundle() {
    admin
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .withName(ObjectNames.INJECTION_WEBHOOK)
        .edit(configuration -> {
          configuration
              .getWebhooks()
              .forEach(each -> each.getClientConfig().setCaBundle(CA_BUNDLE));
          return configuration;
        });
  }

  private List<String> caBundles() {
    return admin
        .admissionRegistration()
        .v1()
        .mutatingWebhookConfigurations()
        .withName(ObjectNames.INJECTION_WEBHOOK)
        .get()
        .getWebhooks()
        .stream()
        .map(each -> each.getClientConfig().getCaBundle())
        .toList();
  }

  /**
   * What the mesh and `isthmus link create` would have made; nobody runs who takes the finalizer.
   */
  private void useIt() {
    admin
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName("shop")
                .addToLabels(Labels.INJECTION, Labels.INJECTION_ENABLED)
                .addToAnnotations("isthmus.io/inject", "enabled")
                .endMetadata()
                .build())
        .create();
    admin
        .resource(
            new ConfigMapBuilder()
                .withNewMetadata()
                .withName(ObjectNames.TRUST_BUNDLE)
                .withNamespace("shop")
                .addToLabels(Labels.TRUST_BUNDLE, Labels.TRUST_BUNDLE_COPY)
                .endMetadata()
                .build())
        .create();
    admin
        .resource(
            new ServiceBuilder()
                .withNewMetadata()
                .withName("hello-east")
                .withNamespace("shop")
                .addToLabels(
                    Map.of(Labels.MIRRORED, "true", Labels.MANAGED_BY, "isthmus-mirror-controller"))
                .endMetadata()
                .withNewSpec()
                .addNewPort()
                .withPort(80)
                .endPort()
                .endSpec()
                .build())
        .create();
    admin.resource(Roles.linkReader()).create();
    Link link = new Link();
    link.setMetadata(
        new ObjectMetaBuilder()
            .withName("east")
            .withNamespace(SYSTEM)
            .withFinalizers(ObjectNames.LINK_FINALIZER)
            .build());
    link.setSpec(LinkSpec.to("east", "east.example", "isthmus-link-east"));
    admin.resource(link).create();
    TrustDomain own = new TrustDomain();
    own.setMetadata(new ObjectMetaBuilder().withName("test").build());
    own.setSpec(TrustDomainSpec.own("test.internal"));
    admin.resource(own).create();
  }

  private void assertNothingIsLeft() {
    assertThat(admin.namespaces().withName(SYSTEM).get()).isNull();
    assertThat(admin.apiextensions().v1().customResourceDefinitions().list().getItems()).isEmpty();
    assertThat(admin.admissionRegistration().v1().mutatingWebhookConfigurations().list().getItems())
        .isEmpty();
    assertThat(admin.rbac().clusterRoles().list().getItems())
        .noneMatch(each -> each.getMetadata().getName().startsWith("isthmus"));
    assertThat(admin.rbac().clusterRoleBindings().list().getItems())
        .noneMatch(each -> each.getMetadata().getName().startsWith("isthmus"));
    assertThat(admin.namespaces().withName("shop").get().getMetadata())
        .satisfies(
            shop -> assertThat(shop.getLabels()).doesNotContainKey(Labels.INJECTION),
            shop -> assertThat(shop.getAnnotations()).containsKey("isthmus.io/inject"));
    assertThat(admin.configMaps().inNamespace("shop").withName(ObjectNames.TRUST_BUNDLE).get())
        .isNull();
    assertThat(admin.services().inNamespace("shop").list().getItems()).isEmpty();
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
  void gatewayIsToldWhatTheMeshIsTold() throws IOException {
    Path values =
        Files.writeString(
            directory.resolve("mesh.yaml"),
            "cluster: west\ntrustDomain: west.example\nimage: {repository: registry.example/a}\n");
    typed.assertDone(
        "install", "--no-wait", "--values", values.toString(), "--set", "image.tag=v9");
    assertThat(arguments("isthmus-gateway"))
        .contains("--cluster=west", "--trust-domain=west.example");
    assertThat(image("isthmus-gateway")).isEqualTo("registry.example/a/isthmus-gateway:v9");

    typed.assertDone("upgrade", "--no-wait");
    assertThat(typed.out()).contains("images stay at the tag v9");
    assertThat(image("isthmus-gateway")).isEqualTo("registry.example/a/isthmus-gateway:v9");
  }

  @Test
  void upgradeAddsNoGatewayThatWasLeftOut() {
    typed.assertDone("install", "--no-wait", "--no-gateway");
    typed.assertDone("upgrade", "--no-wait");
    assertThat(deployment("isthmus-gateway")).isNull();
    typed.assertDone("upgrade", "--no-wait", "--gateway-set", "replicas=1");
    assertThat(deployment("isthmus-gateway").getSpec().getReplicas()).isEqualTo(1);
  }

  @Test
  void removesNothingOfWhatOthersInstalled() {
    typed.assertDone("install", "--no-wait");
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
    typed.assertRefused(
        ExitCode.NO,
        List.of(
            "installed, but not ready after 3 s",
            "Deployment isthmus-control: 0 of 2 ready",
            "the control plane's caBundle in isthmus-injection"),
        "install",
        "--timeout",
        "3s");
    assertThat(typed.out()).contains("waiting for Deployment isthmus-gateway: 0 of 2 ready");
  }

  @Test
  void refusesASecondInstallationAndNewerDefinitions() {
    typed.assertDone("install", "--no-wait", "--no-gateway");
    assertThat(typed.out()).contains("No gateway: this cluster exports nothing.");
    admin
        .rbac()
        .clusterRoles()
        .withName("isthmus-control")
        .edit(role -> {
          role.getMetadata().getAnnotations().put("meta.helm.sh/release-name", "other");
          return role;
        });
    typed.assertRefused(
        ExitCode.NO,
        List.of("Isthmus is installed in this cluster already, as release other"),
        "upgrade",
        "--no-wait");
    admin
        .rbac()
        .clusterRoles()
        .withName("isthmus-control")
        .edit(role -> {
          role.getMetadata().getAnnotations().put("meta.helm.sh/release-name", "isthmus");
          return role;
        });
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
