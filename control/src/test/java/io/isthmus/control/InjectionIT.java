package io.isthmus.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.testing.ControlPlanePrograms;
import io.isthmus.api.testing.RealApiServer;
import io.isthmus.api.testing.RealApiServerExtension;
import io.isthmus.certs.TrustDomain;
import io.isthmus.control.injection.Injection;
import io.isthmus.control.injection.InjectionWish;
import io.isthmus.control.injection.Installed;
import io.isthmus.control.injection.SidecarForm;
import io.isthmus.control.state.Mesh;
import io.isthmus.control.state.Scope;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/** Pods of a real API server, which asks the webhook under exactly what is shipped. */
@ExtendWith(RealApiServerExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class InjectionIT {
  private static final String SYSTEM = ObjectNames.SYSTEM_NAMESPACE;
  private static final String ADDRESS = "127.96.0.77";
  private static final int PORT = 15_017;
  private static final String INJECT = "isthmus.io/inject";
  private static final String MARK = "isthmus.io/injection";

  private static final Installed INSTALLED =
      new Installed(
          "west",
          TrustDomain.of("west.test"),
          "cluster.local",
          "isthmus-control.isthmus-system.svc:15012",
          new Installed.Images("localhost/isthmus-sidecar", "localhost/isthmus-capture", "Never"),
          SidecarForm.NATIVE);

  private RealApiServer api;
  private KubernetesClient admin;
  private ControlPlane control;

  @SuppressWarnings("NullAway.Init")
  InjectionIT() {}

  @BeforeAll
  void start() throws Exception {
    api = RealApiServer.start(ControlPlanePrograms.ofEnvironment());
    admin = api.admin();
    admin
        .resource(new NamespaceBuilder().withNewMetadata().withName(SYSTEM).endMetadata().build())
        .create();
    apply("rbac/control.yaml");
    apply("webhook.yaml");
    admin
        .resource(
            new ServiceBuilder()
                .withNewMetadata()
                .withNamespace(SYSTEM)
                .withName(ObjectNames.CONTROL_SERVICE)
                .endMetadata()
                .withNewSpec()
                .withClusterIP(ADDRESS)
                .addNewPort()
                .withPort(PORT)
                .endPort()
                .endSpec()
                .build())
        .create();
    control =
        new ControlPlane(
            settings(), api.client(api.createToken(SYSTEM, ObjectNames.CONTROL_SERVICE_ACCOUNT)));
    control.start();
  }

  private void apply(String file) throws Exception {
    Path yaml = Path.of(System.getProperty("isthmus.root"), "charts/isthmus/files", file);
    try (InputStream in = Files.newInputStream(yaml)) {
      admin.load(in).items().forEach(item -> admin.resource(item).create());
    }
  }

  private static ControlSettings settings() {
    InetSocketAddress loopback = new InetSocketAddress("127.0.0.1", 0);
    return new ControlSettings(
        new Mesh("west", INSTALLED.trustDomain(), "cluster.local", SYSTEM),
        Optional.empty(),
        new ControlSettings.Addresses(loopback, loopback, Optional.empty()),
        "isthmus",
        Scope.NAMESPACE,
        "only",
        Optional.of(new InjectionSettings(new InetSocketAddress(ADDRESS, PORT), INSTALLED)));
  }

  @AfterAll
  void stop() {
    control.close();
    api.close();
  }

  private String namespace(
      String name, Map<String, String> annotations, Map<String, String> labels) {
    admin
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .withAnnotations(annotations)
                .withLabels(labels)
                .endMetadata()
                .build())
        .create();
    return name;
  }

  /** A namespace that asks, once the control plane has followed. */
  private String meshed(String name) {
    namespace(name, Map.of(INJECT, "enabled"), Map.of());
    soon(() -> assertThat(labels(name)).containsEntry(MARK, "enabled"));
    return name;
  }

  private Map<String, String> labels(String namespace) {
    Namespace read = admin.namespaces().withName(namespace).get();
    return read.getMetadata().getLabels();
  }

  private Pod create(String namespace, String name, Map<String, String> annotations) {
    return admin.resource(pod(namespace, name, annotations)).create();
  }

  private static Pod pod(String namespace, String name, Map<String, String> annotations) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .withAnnotations(annotations)
        .endMetadata()
        .withNewSpec()
        .withServiceAccountName("web") // admission's word, in a cluster with nodes
        .addNewContainer()
        .withName("app")
        .withImage("app")
        .endContainer()
        .endSpec()
        .build();
  }

  private static List<String> sidecars(Pod pod) {
    return pod.getSpec().getInitContainers().stream().map(Container::getName).toList();
  }

  private static void soon(org.awaitility.core.ThrowingRunnable assertion) {
    await().atMost(Duration.ofSeconds(15)).untilAsserted(assertion);
  }

  @Test
  @Order(1)
  void givesPodsOfANamespaceThatAsksTheirSidecar() {
    Pod pod = create(meshed("shop"), "web", Map.of());

    assertThat(sidecars(pod)).containsExactly("isthmus-capture", "isthmus-proxy");
    assertThat(pod.getSpec().getContainers())
        .singleElement()
        .satisfies(app -> assertThat(app.getName()).isEqualTo("app"));
  }

  @Test
  @Order(1)
  void givesItAtOnceWhereTheLabelAsks() {
    // no moment in between: the namespace's label is what the selector matches
    String namespace = namespace("labelled", Map.of(), Map.of(INJECT, "enabled"));

    assertThat(sidecars(create(namespace, "web", Map.of())))
        .containsExactly("isthmus-capture", "isthmus-proxy");
  }

  @Test
  @Order(1)
  void givesAPodThatAsksItselfItsSidecarAndTheBundle() {
    String namespace = namespace("plain", Map.of(), Map.of());

    assertThat(sidecars(create(namespace, "alone", Map.of()))).isEmpty();
    assertThat(sidecars(create(namespace, "web", Map.of(INJECT, "enabled"))))
        .containsExactly("isthmus-capture", "isthmus-proxy");
    soon(() -> assertThat(bundle(namespace)).isEqualTo(bundle(SYSTEM)));
  }

  @Test
  @Order(1)
  void givesAPodTheSameThatWasInjectedOffline() throws Exception {
    String namespace = meshed("offline");
    Pod plain = pod(namespace, "offline", Map.of("isthmus.io/skip-outbound-ports", "3306"));
    Injection.Outcome.Injected offline =
        (Injection.Outcome.Injected)
            new Injection(INSTALLED)
                .inject(plain.getMetadata(), plain.getSpec(), InjectionWish.ENABLED);

    Pod byHand =
        admin
            .resource(
                new PodBuilder(plain)
                    .withMetadata(offline.metadata())
                    .withSpec(offline.spec())
                    .build())
            .create();
    Pod byWebhook = create(namespace, "webhook", Map.of("isthmus.io/skip-outbound-ports", "3306"));

    assertThat(byHand.getSpec()).isEqualTo(byWebhook.getSpec());
    assertThat(byHand.getMetadata().getLabels())
        .isEqualTo(byWebhook.getMetadata().getLabels())
        .containsKey(Labels.SIDECAR_VERSION);
  }

  @Test
  @Order(1)
  void putsTheBundleBesideThePodsThatNeedIt() {
    String namespace = meshed("with-bundle");

    soon(() -> assertThat(bundle(namespace)).isEqualTo(bundle(SYSTEM)));

    admin
        .namespaces()
        .withName(namespace)
        .edit(now ->
            new NamespaceBuilder(now)
                .editMetadata()
                .removeFromAnnotations(INJECT)
                .endMetadata()
                .build());
    soon(() -> {
      assertThat(labels(namespace)).doesNotContainKey(MARK);
      assertThat(bundle(namespace)).isEmpty();
    });
  }

  private Map<String, String> bundle(String namespace) {
    var map = admin.configMaps().inNamespace(namespace).withName(ObjectNames.TRUST_BUNDLE).get();
    return map == null ? Map.of() : map.getData();
  }

  @Test
  @Order(1)
  void putsBackWhatSomebodyChanges() {
    String namespace = meshed("meddled");
    soon(() -> assertThat(bundle(namespace)).isNotEmpty());

    admin.configMaps().inNamespace(namespace).withName(ObjectNames.TRUST_BUNDLE).delete();
    admin
        .namespaces()
        .withName(namespace)
        .edit(now ->
            new NamespaceBuilder(now).editMetadata().removeFromLabels(MARK).endMetadata().build());

    soon(() -> {
      assertThat(bundle(namespace)).isEqualTo(bundle(SYSTEM));
      assertThat(labels(namespace)).containsEntry(MARK, "enabled");
    });
  }

  @Test
  @Order(1)
  void isHeldUpByNoNamespaceThatTakesNoConfigMap() {
    String poor = namespace("a-poor-one", Map.of(), Map.of());
    admin
        .resource(
            new ResourceQuotaBuilder()
                .withNewMetadata()
                .withNamespace(poor)
                .withName("none")
                .endMetadata()
                .withNewSpec()
                .addToHard("count/configmaps", new Quantity("0"))
                .endSpec()
                .withNewStatus()
                .addToHard("count/configmaps", new Quantity("0"))
                .addToUsed("count/configmaps", new Quantity("0"))
                .endStatus()
                .build())
        .create();
    admin
        .resourceQuotas()
        .inNamespace(poor)
        .withName("none")
        .editStatus(quota ->
            new ResourceQuotaBuilder(quota)
                .withNewStatus()
                .addToHard("count/configmaps", new Quantity("0"))
                .addToUsed("count/configmaps", new Quantity("0"))
                .endStatus()
                .build());
    admin
        .namespaces()
        .withName(poor)
        .edit(now ->
            new NamespaceBuilder(now)
                .editMetadata()
                .addToAnnotations(INJECT, "enabled")
                .endMetadata()
                .build());

    String other = meshed("rich");

    soon(() -> assertThat(bundle(other)).isNotEmpty());
    soon(() -> assertThat(labels(poor)).containsEntry(MARK, "enabled"));
    assertThat(bundle(poor)).isEmpty();
  }

  @Test
  @Order(1)
  void refusesAPodWithTheReason() {
    String namespace = meshed("misspelt");

    assertThatThrownBy(
            () -> create(namespace, "web", Map.of("isthmus.io/skip-outbound-ports", "http")))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining(
            "isthmus: annotation isthmus.io/skip-outbound-ports: 'http', expected ports from 1 to"
                + " 65535");
  }

  @Test
  @Order(1)
  void refusesPodsOfANamespaceThatContradictsItself() {
    String namespace = namespace("torn", Map.of(INJECT, "disabled"), Map.of(INJECT, "enabled"));

    assertThatThrownBy(() -> create(namespace, "web", Map.of()))
        .hasMessageContaining(
            "namespace torn: isthmus.io/inject is disabled as an annotation and enabled as a"
                + " label");
  }

  @Test
  @Order(1)
  void leavesItsOwnNamespaceAlone() {
    assertThat(sidecars(create(SYSTEM, "web", Map.of(INJECT, "enabled")))).isEmpty();
  }

  @Test
  @Order(2)
  void blocksNobodyElsesPodsWhenItIsGone() {
    String asks = meshed("asks");
    String other = namespace("other", Map.of(), Map.of());

    control.close();

    assertThat(sidecars(create(other, "web", Map.of()))).isEmpty();
    assertThat(sidecars(create(asks, "job", Map.of(INJECT, "disabled")))).isEmpty();
    assertThat(sidecars(create("kube-system", "dns", Map.of(INJECT, "enabled"))))
        .as("what a cluster starts with")
        .isEmpty();
    assertThatThrownBy(() -> create(asks, "web", Map.of()))
        .hasMessageContaining(
            "failed calling webhook \"annotated-namespace.injection.isthmus.io\"");
    assertThatThrownBy(() -> create(other, "asking", Map.of(INJECT, "enabled")))
        .hasMessageContaining("failed calling webhook \"pod.injection.isthmus.io\"");
  }
}
