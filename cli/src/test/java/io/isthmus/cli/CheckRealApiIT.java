package io.isthmus.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.isthmus.api.Condition;
import io.isthmus.api.Labels;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkSpec;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.api.link.LinkStatus.GatewayStatus;
import io.isthmus.api.testing.ControlPlanePrograms;
import io.isthmus.api.testing.RealApiServer;
import io.isthmus.api.testing.RealApiServerExtension;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.cli.install.Roles;
import io.isthmus.cli.trust.Statuses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code isthmus check} on real API servers, the peer's under exactly the role of a Link. */
@ExtendWith(RealApiServerExtension.class)
class CheckRealApiIT {
  private static final String SYSTEM = "isthmus-system";
  private static final Duration HEALTHY = Duration.ofSeconds(10);

  @SuppressWarnings("NullAway.Init") // by the first test
  private static RealApiServer east;

  @TempDir Path directory;
  private RealApiServer server;
  private KubernetesClient west;
  private Typed typed;
  private final Statuses statuses = new Statuses(Instant.now());

  @SuppressWarnings("NullAway.Init")
  CheckRealApiIT() {}

  @BeforeEach
  void install(RealApiServer shared) throws IOException {
    if (east == null) {
      east = RealApiServer.start(ControlPlanePrograms.ofEnvironment());
    }
    server = shared;
    west = server.admin();
    typed = new Typed("--kubeconfig", file("config", server.adminKubeconfig()));
    cluster(west, "west");
    cluster(east.admin(), "east");
    east.admin().services().inNamespace("shop").withName("pay").delete();
    account(east.admin());
    link(east.url(), east.kubeconfig(east.createToken(SYSTEM, "isthmus-link-west")));
    put(west, exported("hello-east", mirrorLabels()));
  }

  @AfterAll
  static void stopEast() {
    if (east != null) {
      east.close();
    }
  }

  private void cluster(KubernetesClient client, String cluster) {
    for (String name : List.of(SYSTEM, "shop")) {
      put(client, new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build());
    }
    client.resources(TrustDomain.class).delete();
    TrustDomain own = new TrustDomain();
    own.setMetadata(new ObjectMetaBuilder().withName(cluster).build());
    own.setSpec(TrustDomainSpec.own(cluster + ".demo"));
    client.resource(own).create();
    TrustDomain made = client.resources(TrustDomain.class).withName(cluster).get();
    made.setStatus(statuses.steady(7, statuses.enforced(7, 1)));
    client.resource(made).updateStatus();
    put(
        client,
        new LeaseBuilder()
            .withNewMetadata()
            .withNamespace(SYSTEM)
            .withName("isthmus-mirror-controller")
            .endMetadata()
            .withNewSpec()
            .withHolderIdentity("one")
            .withLeaseDurationSeconds(600)
            .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC))
            .endSpec()
            .build());
    put(client, gateway());
    Service gateway = client.services().inNamespace(SYSTEM).withName("isthmus-gateway").get();
    client
        .services()
        .resource(
            new ServiceBuilder(gateway)
                .withNewStatus()
                .withNewLoadBalancer()
                .addNewIngress()
                .withIp(cluster.equals("west") ? "203.0.113.1" : "203.0.113.2")
                .endIngress()
                .endLoadBalancer()
                .endStatus()
                .build())
        .updateStatus();
    put(client, exported("hello", Map.of(Labels.EXPORTED, "true")));
  }

  private static Service gateway() {
    return new ServiceBuilder(exported("isthmus-gateway", Map.of()))
        .editMetadata()
        .withNamespace(SYSTEM)
        .endMetadata()
        .editSpec()
        .withType("LoadBalancer")
        .editFirstPort()
        .withName("hbone")
        .withPort(15008)
        .endPort()
        .endSpec()
        .build();
  }

  private static Service exported(String name, Map<String, String> labels) {
    return new ServiceBuilder()
        .withNewMetadata()
        .withNamespace("shop")
        .withName(name)
        .withLabels(labels)
        .endMetadata()
        .withNewSpec()
        .addNewPort()
        .withName("http")
        .withPort(80)
        .endPort()
        .endSpec()
        .build();
  }

  private static Map<String, String> mirrorLabels() {
    return Map.of(Labels.MIRRORED, "true", Labels.CLUSTER, "east");
  }

  private static void put(KubernetesClient client, HasMetadata object) {
    client.resource(object).createOr(NonDeletingOperation::update);
  }

  private static void account(KubernetesClient client) {
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

  private void link(String peer, String kubeconfig) {
    put(
        west,
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(SYSTEM)
            .withName("link-east")
            .endMetadata()
            .addToStringData("kubeconfig", kubeconfig)
            .build());
    Link link = new Link();
    link.setMetadata(new ObjectMetaBuilder().withNamespace(SYSTEM).withName("east").build());
    link.setSpec(LinkSpec.to("east", "east.demo", "link-east"));
    put(west, link);
    probes(new GatewayStatus("203.0.113.2:15008", "spiffe://x", "True"));
  }

  private void probes(GatewayStatus seen) {
    Link link = west.resources(Link.class).inNamespace(SYSTEM).withName("east").get();
    link.setStatus(
        new LinkStatus(
            List.of(
                new Condition(
                    LinkStatus.CONNECTED,
                    Condition.TRUE,
                    "Connected",
                    "watching",
                    1L,
                    "2026-01-01T00:00:00Z")),
            List.of(seen),
            1,
            1,
            null,
            null));
    west.resource(link).updateStatus();
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content).toString();
  }

  @Test
  void linkedClustersAreWellAndWhatALinkMayNotReadIsSaid() {
    Instant began = Instant.now();

    assertThat(typed.run("check")).as(typed.out() + typed.err()).isZero();

    assertThat(Duration.between(began, Instant.now())).isLessThan(HEALTHY);
    assertThat(typed.out())
        .doesNotContain("Look here first")
        .contains("west (context test)", "east (Link isthmus-system/east of west)", "0 failed")
        .contains("Not looked at: of east (Link isthmus-system/east of west)");
    typed.assertDone("check", "-o", "json");
    assertThat(typed.out())
        .contains("\"id\":\"mirror.missing\"", "\"outcome\":\"NOT_LOOKED\"")
        .contains("its API server answers 403");
  }

  @Test
  void anchorThatWestLacksIsFoundByTheCredentialsOfItsLink() {
    bundle(east.admin(), "isthmus-trust-bundle", "own", TestCa.create("east.demo"));
    bundle(west, "isthmus-trust-bundle-east", "peer", TestCa.create("east.demo"));
    try {
      assertThat(typed.run("check")).isEqualTo(ExitCode.NO);
      assertThat(typed.out())
          .startsWith("Look here first: trust.anchor-missing (layer trust), seen from west")
          .contains("ConfigMap isthmus-system/isthmus-trust-bundle-east", "that east has");
    } finally {
      west.configMaps().inNamespace(SYSTEM).withName("isthmus-trust-bundle-east").delete();
    }
  }

  private static void bundle(KubernetesClient client, String name, String kind, TestCa ca) {
    put(
        client,
        new ConfigMapBuilder()
            .withNewMetadata()
            .withNamespace(SYSTEM)
            .withName(name)
            .addToLabels(Labels.TRUST_BUNDLE, kind)
            .endMetadata()
            .addToData("bundle.json", new String(ca.bundle().toJwks(), UTF_8))
            .build());
  }

  @Test
  void exportWithoutAMirrorIsFoundFromTheOtherSide() {
    put(east.admin(), exported("pay", Map.of(Labels.EXPORTED, "true")));

    assertThat(typed.run("check")).isEqualTo(ExitCode.NO);

    assertThat(typed.out())
        .startsWith("Look here first: mirror.missing (layer export), seen from west")
        .contains("Service shop/pay-east", "east exports shop/pay");
    assertThat(typed.run("link", "check", "east")).isEqualTo(ExitCode.NO);
    typed.assertRefused(
        ExitCode.USAGE, List.of("no Link north", "[east]"), "link", "check", "north");
  }

  @Test
  void whatTheProbesMetIsShownByCheckAndByGateways() {
    probes(
        new GatewayStatus(
            "203.0.113.2:15008",
            "spiffe://x",
            "True",
            "1.5ms",
            "2026-01-01T00:00:00Z",
            null,
            new LinkStatus.Path("1.0ms", "2.0ms", 1400, 1500, "1472 bytes do not come back")));

    assertThat(typed.run("check")).isEqualTo(ExitCode.NO);
    assertThat(typed.out())
        .startsWith("Look here first: mtu.blackhole (layer mtu), seen from west")
        .contains("1472 bytes do not come back");

    typed.assertDone("gateways");
    assertThat(typed.out())
        .contains("CLUSTER", "ADDRESS", "ALIVE", "RTT", "SINCE", "EXPORTS", "SESSIONS", "IDENTITY")
        .contains("east", "203.0.113.2:15008", "True", "1.5ms", "spiffe://x");
    typed.assertDone("gateways", "-o", "json");
    assertThat(typed.out()).contains("\"largestPayload\":1400");
  }

  @Test
  void peerThatThisMachineDoesNotReachIsSaidToBeNotLookedAtInTime() {
    link(
        "east",
        east.kubeconfig(east.createToken(SYSTEM, "isthmus-link-west"))
            .replace(east.url(), "https://127.0.0.1:1"));
    Instant began = Instant.now();

    typed.assertDone("check");

    assertThat(Duration.between(began, Instant.now())).isLessThan(HEALTHY);
    assertThat(typed.out())
        .contains("Not looked at: east, at all: Link isthmus-system/east of west")
        .contains("cannot be reached");
  }

  @Test
  void noClusterThatAnswersIsThree() throws IOException {
    String lost = server.adminKubeconfig().replace(server.url(), "https://127.0.0.1:1");
    assertThat(new Typed("--kubeconfig", file("lost", lost)).run("check"))
        .isEqualTo(ExitCode.UNREACHABLE);
  }

  @Test
  void beforeAnInstallationRightsAreAskedForOneByOne() throws IOException {
    typed.assertDone("check", "--pre");
    assertThat(typed.out()).doesNotContain("pre.rights", "pre.crds-newer");

    put(
        west,
        new ServiceAccountBuilder()
            .withNewMetadata()
            .withNamespace("shop")
            .withName("weak")
            .endMetadata()
            .build());
    Typed weak =
        new Typed(
            "--kubeconfig", file("weak", server.kubeconfig(server.createToken("shop", "weak"))));

    assertThat(weak.run("check", "--pre")).isEqualTo(ExitCode.NO);
    assertThat(weak.out())
        .contains("right to create secrets in the namespace isthmus-system")
        .contains("right to create customresourcedefinitions.apiextensions.k8s.io");
  }

  @Test
  void podWithoutASidecarIsTold() {
    put(
        west,
        new ServiceAccountBuilder()
            .withNewMetadata()
            .withNamespace("shop")
            .withName("default")
            .endMetadata()
            .build());
    west.pods().inNamespace("shop").withName("web-1").delete();
    west.resource(
            new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("web-1")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("web")
                .withImage("web")
                .endContainer()
                .endSpec()
                .build())
        .create();

    assertThat(typed.run("check", "pod", "shop/web-1")).isEqualTo(ExitCode.NO);
    assertThat(typed.out()).contains("pod.injected", "nobody asks for one");
    assertThat(typed.run("check", "pod", "shop/web-2")).isEqualTo(ExitCode.NO);
    assertThat(typed.out()).contains("pod.found", "Pod shop/web-2");
    typed.assertRefused(ExitCode.USAGE, List.of("\"web-1\" is no Pod"), "check", "pod", "web-1");
  }
}
