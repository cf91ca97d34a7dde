package io.isthmus.mirror.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.Labels;
import io.isthmus.api.link.CanaryStatus;
import io.isthmus.api.link.Link;
import io.isthmus.api.link.LinkSpec;
import io.isthmus.api.link.LinkStatus;
import io.isthmus.api.trust.TrustEnforcement;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.mirror.plan.PeerLimits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowingConsumer;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The mirroring scenarios by their numbers, against whatever API the subclass brings. */
abstract class MirroringScenarios {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final TestCa EAST = TestCa.create("east.example");
  private final AtomicBoolean leading = new AtomicBoolean(true);
  private TwoClusters clusters;
  private String shop;

  /** Two clusters that are empty but for a namespace of this test's, named on both sides. */
  abstract TwoClusters clusters();

  /** A namespace that no other test has used. */
  abstract String freshNamespace();

  /** A client with exactly the controller's rights. */
  abstract KubernetesClient controllersClient();

  /** A kubeconfig for east, with exactly the rights of a Link. */
  abstract String peerKubeconfig();

  /** Lets the controller read one Secret, as making a Link does. */
  abstract void allowToRead(String secret);

  @BeforeEach
  void linkUp() {
    clusters = clusters();
    shop = freshNamespace();
    TwoClusters.namespace(clusters.west, shop);
    TwoClusters.namespace(clusters.east, shop);
    clusters.bundle(bundle(5));
    clusters.gateway("192.0.2.1");
    clusters.probe.up("192.0.2.1");
    clusters.secret("link-east", peerKubeconfig());
    allowToRead("link-east");
  }

  @AfterEach
  void stop() {
    clusters.close();
  }

  private static TrustBundle bundle(long sequence) {
    TrustBundle bundle = EAST.bundle();
    return new TrustBundle(bundle.trustDomain(), sequence, bundle.refreshHint(), bundle.anchors());
  }

  private static LinkSpec east() {
    return LinkSpec.to("east", "east.example", "link-east");
  }

  private void start() {
    clusters.start(controllersClient(), leading::get);
  }

  private static void eventually(ThrowingRunnable assertion) {
    await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).untilAsserted(assertion);
  }

  private void mirroredAndReady(String name) {
    eventually(() -> {
      assertThat(clusters.mirror(shop, name)).isPresent();
      assertThat(clusters.endpoints(shop, name)).containsExactly("192.0.2.1=true");
    });
  }

  private void condition(String link, String type, ThrowingConsumer<String> says) {
    eventually(() -> assertThat(clusters.condition(link, type)).satisfies(says));
  }

  @Test // 1, 14, 12
  void exportIsMirroredFollowsTheGatewayAndGoesWhenUnexported() {
    clusters.link("east", east());
    start();
    clusters.export(shop, "hello");
    mirroredAndReady("hello-east");
    assertThat(clusters.mirror(shop, "hello-east").orElseThrow().getMetadata().getAnnotations())
        .containsEntry("mirror.isthmus.io/remote-service", "hello." + shop + ".svc.cluster.local");
    eventually(() -> {
      LinkStatus status = clusters.link("east").orElseThrow().getStatus();
      assertThat(status.conditions())
          .hasSize(8)
          .filteredOn(it -> !it.type().equals(LinkStatus.NAMES_RESOLVE)) // no address in memory
          .allSatisfy(it -> assertThat(it.status()).as(it.type()).isEqualTo("True"));
      assertThat(status.services()).isEqualTo(1);
      assertThat(status.endpoints()).isEqualTo(1);
      assertThat(status.gateways())
          .singleElement()
          .satisfies(gateway -> {
            assertThat(gateway.problem()).isNull();
            assertThat(gateway.path())
                .isEqualTo(new LinkStatus.Path("3.0ms", "3.0ms", 9_000, 1_500, null));
          });
    });

    clusters.probe.down("192.0.2.1");
    eventually(() ->
        assertThat(clusters.endpoints(shop, "hello-east")).containsExactly("192.0.2.1=false"));
    condition("east", LinkStatus.GATEWAY_REACHABLE, it -> assertThat(it).startsWith("False"));
    eventually(() ->
        assertThat(clusters.link("east").orElseThrow().getStatus().gateways())
            .singleElement()
            .extracting(LinkStatus.GatewayStatus::problem)
            .isEqualTo(new LinkStatus.Problem("unanswered", "connection refused")));

    clusters.unexport(shop, "hello");
    eventually(() -> {
      assertThat(clusters.mirror(shop, "hello-east")).isEmpty();
      assertThat(clusters.endpoints(shop, "hello-east")).isEmpty();
    });
  }

  @Test
  void mtuBlackHoleIsNamedAndDecidesNothing() {
    clusters.link("east", east());
    clusters.probe.loseLargePackets("192.0.2.1");
    start();
    clusters.export(shop, "hello");
    mirroredAndReady("hello-east");

    condition(
        "east",
        LinkStatus.LARGE_PACKETS_PASS,
        it ->
            assertThat(it)
                .startsWith("False")
                .contains("192.0.2.1:", "3000 bytes do not come back"));
    assertThat(clusters.endpoints(shop, "hello-east")).containsExactly("192.0.2.1=true");
  }

  @Test // 11
  void mirrorAppearsWhenItsNamespaceDoesAndOneEventHasSaidWhy() {
    String later = freshNamespace();
    TwoClusters.namespace(clusters.east, later);
    clusters.link("east", east());
    start();
    clusters.export(later, "hello");
    eventually(() ->
        assertThat(clusters.west.v1().events().inNamespace(TwoClusters.SYSTEM).list().getItems())
            .filteredOn(event -> event.getMessage().contains(later + "/hello"))
            .singleElement()
            .satisfies(event -> assertThat(event.getReason()).isEqualTo("NamespaceMissing")));
    assertThat(clusters.mirror(later, "hello-east")).isEmpty();

    TwoClusters.namespace(clusters.west, later);

    eventually(() -> assertThat(clusters.mirror(later, "hello-east")).isPresent());
  }

  @Test // 21
  void deletedLinkTakesItsMirrorsAndItsBundleWithItAndNothingElse() {
    clusters.link("east", east());
    start();
    clusters.export(shop, "hello");
    TwoClusters.service(clusters.west, shop, "own-east", Map.of("app", "own"));
    mirroredAndReady("hello-east");

    clusters.west.resources(Link.class).inNamespace(TwoClusters.SYSTEM).withName("east").delete();

    eventually(() -> {
      assertThat(clusters.link("east")).isEmpty();
      assertThat(clusters.mirror(shop, "hello-east")).isEmpty();
      assertThat(clusters.endpoints(shop, "hello-east")).isEmpty();
    });
    assertThat(peerBundle()).isNull();
    assertThat(clusters.mirror(shop, "own-east")).isPresent();
  }

  @Test // 22
  void controllerThatStartsRemovesOrphansOfEveryKindOnceTheListsAreComplete() {
    clusters.link("east", east());
    start();
    clusters.export(shop, "hello");
    clusters.export(shop, "stays");
    mirroredAndReady("hello-east");
    mirroredAndReady("stays-east");
    clusters.stop();
    clusters.unexport(shop, "hello");
    clusters.secret("link-east", "not yet");
    TwoClusters.service(
        clusters.west,
        shop,
        "old-north",
        Map.of(
            Labels.MIRRORED, "true",
            Labels.CLUSTER, "north",
            Labels.MANAGED_BY, Labels.MANAGED_BY_MIRROR_CONTROLLER));
    TwoClusters.service(clusters.west, shop, "users", Map.of(Labels.MIRRORED, "true"));

    start();
    eventually(() -> assertThat(clusters.mirror(shop, "old-north")).isEmpty());
    condition("east", LinkStatus.CREDENTIALS_VALID, it -> assertThat(it).startsWith("False"));
    assertThat(clusters.mirror(shop, "hello-east")).as("lists are not complete").isPresent();

    clusters.secret("link-east", peerKubeconfig());
    eventually(() -> assertThat(clusters.mirror(shop, "hello-east")).isEmpty());
    assertThat(clusters.mirror(shop, "stays-east")).isPresent();
    assertThat(clusters.mirror(shop, "users")).isPresent();
  }

  @Test // 23, 26
  void nothingIsWrittenWhenNothingHasChanged() {
    clusters.link("east", east());
    start();
    clusters.export(shop, "hello");
    mirroredAndReady("hello-east");
    condition("east", LinkStatus.SYNCED, it -> assertThat(it).startsWith("True"));
    eventually(
        () -> assertThat(clusters.link("east").orElseThrow().getStatus().services()).isEqualTo(1));
    String mirror = version(clusters.mirror(shop, "hello-east").orElseThrow());
    String slice = version(slice());
    clusters.stop();

    start();
    clusters.export(shop, "another");
    mirroredAndReady("another-east");

    assertThat(version(clusters.mirror(shop, "hello-east").orElseThrow())).isEqualTo(mirror);
    assertThat(version(slice())).isEqualTo(slice);
  }

  @Test // 24
  void localDriftIsPutBack() {
    clusters.link("east", east());
    start();
    clusters.export(shop, "hello");
    mirroredAndReady("hello-east");

    clusters
        .west
        .services()
        .inNamespace(shop)
        .withName("hello-east")
        .edit(service ->
            new ServiceBuilder(service)
                .editMetadata()
                .addToLabels("team", "mine")
                .endMetadata()
                .editSpec()
                .editFirstPort()
                .withPort(81)
                .endPort()
                .endSpec()
                .build());

    eventually(() -> {
      var mirror = clusters.mirror(shop, "hello-east").orElseThrow();
      assertThat(mirror.getMetadata().getLabels()).containsEntry("team", "shop");
      assertThat(mirror.getSpec().getPorts().getFirst().getPort()).isEqualTo(80);
    });
  }

  @Test // 27, 32
  void gatewaysAddressesAreFollowedAndOnlyTheDeadOneLeaves() {
    clusters.link("east", east());
    start();
    clusters.export(shop, "hello");
    mirroredAndReady("hello-east");

    clusters.probe.up("192.0.2.2");
    clusters.gateway("192.0.2.2", "192.0.2.3");

    eventually(() ->
        assertThat(clusters.endpoints(shop, "hello-east"))
            .containsExactly("192.0.2.2=true", "192.0.2.3=false"));
  }

  @Test
  void gatewayWithoutAnAddressIsToldUntilItHasOne() {
    clusters.gateway();
    clusters.link("east", east());
    start();

    condition(
        "east",
        LinkStatus.GATEWAY_REACHABLE,
        it -> assertThat(it).startsWith("False NoAddress").contains("status.loadBalancer"));

    clusters.gateway("192.0.2.1");
    condition("east", LinkStatus.GATEWAY_REACHABLE, it -> assertThat(it).startsWith("True"));
  }

  @Test
  void gatewayAddressesBeyondTheLimitAreLeftOutAndTheConditionSaysSo() {
    clusters.link("east", east());
    start();
    clusters.gateway(
        IntStream.rangeClosed(1, PeerLimits.GATEWAYS + 3)
            .mapToObj(i -> "192.0.2." + i)
            .toArray(String[]::new));

    condition(
        "east",
        LinkStatus.WITHIN_LIMITS,
        it ->
            assertThat(it)
                .startsWith("False PeerCut")
                .contains("3 gateway addresses beyond the first 32", "spec.gateway.addresses"));
    eventually(() ->
        assertThat(clusters.link("east").orElseThrow().getStatus().gateways())
            .hasSize(PeerLimits.GATEWAYS));
  }

  @Test
  void eventsOfOneLinkAreBoundedAndTheConditionSaysSo() {
    String elsewhere = freshNamespace();
    TwoClusters.namespace(clusters.east, elsewhere);
    for (int i = 0; i < PeerLimits.EVENTS_AN_HOUR + 2; i++) {
      clusters.export(elsewhere, "hello-" + i);
    }
    clusters.link("east", east());
    start();

    condition(
        "east",
        LinkStatus.WITHIN_LIMITS,
        it -> assertThat(it).startsWith("False PeerCut").contains("2 problems have no Event"));
    assertThat(clusters.west.v1().events().inNamespace(TwoClusters.SYSTEM).list().getItems())
        .filteredOn(event -> event.getMessage().contains(elsewhere + "/hello"))
        .hasSize(PeerLimits.EVENTS_AN_HOUR);
  }

  @Test // 28
  void credentialsThatAreUpdatedInPlaceAreUsedWithoutARestart() {
    clusters.west.secrets().inNamespace(TwoClusters.SYSTEM).withName("link-east").delete();
    clusters.link("east", east());
    start();
    clusters.export(shop, "hello");
    condition(
        "east",
        LinkStatus.CREDENTIALS_VALID,
        it ->
            assertThat(it).startsWith("False SecretMissing").contains("isthmus-system/link-east"));

    clusters.secret("link-east", "clusters: {");
    condition(
        "east",
        LinkStatus.CREDENTIALS_VALID,
        it ->
            assertThat(it)
                .startsWith("False KubeconfigInvalid")
                .contains("isthmus-system/link-east")
                .contains("key kubeconfig")
                .contains("expected a kubeconfig"));

    clusters.secret("link-east", peerKubeconfig());
    mirroredAndReady("hello-east");
    condition("east", LinkStatus.CREDENTIALS_VALID, it -> assertThat(it).startsWith("True"));
  }

  @Test // 34, 35
  void usersOwnServiceIsNeverTouchedAndTheConditionNamesIt() {
    TwoClusters.service(clusters.west, shop, "hello-east", Map.of("app", "mine"));
    clusters.link("east", east());
    start();
    clusters.export(shop, "hello");

    condition(
        "east",
        LinkStatus.SYNCED,
        it -> assertThat(it).startsWith("False NameConflict").contains(shop + "/hello-east"));
    clusters.unexport(shop, "hello");
    clusters.export(shop, "a".repeat(60));
    condition(
        "east",
        LinkStatus.SYNCED,
        it -> assertThat(it).startsWith("False NameTooLong").contains("at most 63"));
    assertThat(clusters.mirror(shop, "hello-east").orElseThrow().getMetadata().getLabels())
        .containsEntry("app", "mine");
  }

  @Test
  void linkToThisClusterIsRefused() {
    clusters.link("west", LinkSpec.to("west", "west.example", "link-east"));
    start();

    condition("west", LinkStatus.SYNCED, it -> assertThat(it).startsWith("False LinkToSelf"));
    assertThat(clusters.link("west").orElseThrow().getFinalizers()).isEmpty();
  }

  @Test
  void youngerOfTwoLinksWithOneClusterNameIsRefusedAndItsDeletionHarmsNothing() {
    clusters.link("east", east());
    start();
    clusters.export(shop, "hello");
    mirroredAndReady("hello-east");
    clusters.link("east-again", east());

    condition(
        "east-again",
        LinkStatus.SYNCED,
        it -> assertThat(it).startsWith("False ClusterNameConflict").contains("Link east's"));
    clusters
        .west
        .resources(Link.class)
        .inNamespace(TwoClusters.SYSTEM)
        .withName("east-again")
        .delete();
    eventually(() -> assertThat(clusters.link("east-again")).isEmpty());
    clusters.export(shop, "another");
    mirroredAndReady("another-east");
    assertThat(clusters.mirror(shop, "hello-east")).isPresent();
  }

  @Test
  void peersBundleIsFollowedForwardOnly() {
    clusters.link("east", east());
    start();
    condition("east", LinkStatus.TRUST_ESTABLISHED, it -> assertThat(it).contains("sequence 5"));
    assertThat(peerBundle().getMetadata().getLabels())
        .containsEntry("isthmus.io/trust-bundle", "peer")
        .containsEntry("mirror.isthmus.io/cluster", "east");

    clusters.bundle(bundle(6));
    condition("east", LinkStatus.TRUST_ESTABLISHED, it -> assertThat(it).contains("sequence 6"));
    clusters.bundle(bundle(4));
    condition(
        "east",
        LinkStatus.TRUST_ESTABLISHED,
        it -> assertThat(it).startsWith("False SequenceRegressed"));
    assertThat(peerBundle().getData().get("bundle.json")).contains("6");
  }

  @Test
  void whatThePeersProxiesEnforceIsFollowedIntoTheLink() {
    clusters.link("east", east());
    start();
    for (int enforcing : List.of(1, 2)) {
      TrustEnforcement.Reporter said =
          new TrustEnforcement.Reporter(
              7,
              "sha256:7",
              2,
              enforcing,
              0,
              List.of(),
              List.of(),
              List.of(),
              List.of(),
              List.of(),
              0,
              "2026-01-01T00:00:00Z");
      clusters.enforced(said);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(clusters.link("east").orElseThrow().getStatus())
                  .extracting(LinkStatus::enforcement)
                  .isEqualTo(new TrustEnforcement(Map.of("east-0", said))));
    }
  }

  @Test
  void gatewaysAreShownACanaryWhileBothIssuersAreTrustedAndTheLinkTells() {
    clusters.phase("Prepared");
    clusters.link("east", east());
    start();
    condition("east", LinkStatus.GATEWAY_REACHABLE, it -> assertThat(it).startsWith("True"));
    assertThat(canary()).isEmpty();

    clusters.phase("DualTrust");
    eventually(() ->
        assertThat(canary().map(CanaryStatus::gateways).orElse(List.of()))
            .containsExactly(new CanaryStatus.Met("192.0.2.1:15008", "ok", "ok")));
    assertThat(canary().orElseThrow().issuerSha256()).isEqualTo(clusters.canary.issuer());

    clusters.phase("Switched");
    eventually(() -> assertThat(canary()).isEmpty());
  }

  private Optional<CanaryStatus> canary() {
    return clusters
        .link("east")
        .map(Link::getStatus)
        .flatMap(status -> Optional.ofNullable(status.canary()));
  }

  @Test // 31
  void deposedLeaderWritesNothing() {
    clusters.link("east", east());
    start();
    clusters.export(shop, "hello");
    mirroredAndReady("hello-east");
    condition("east", LinkStatus.SYNCED, it -> assertThat(it).startsWith("True"));

    leading.set(false);
    clusters.export(shop, "another");
    String status = version(clusters.link("east").orElseThrow());
    await()
        .during(Duration.ofSeconds(1))
        .atMost(Duration.ofSeconds(5))
        .until(() -> clusters.mirror(shop, "another-east").isEmpty());
    assertThat(version(clusters.link("east").orElseThrow())).isEqualTo(status);

    clusters.stop();
    leading.set(true);
    start();
    mirroredAndReady("another-east");
  }

  private io.fabric8.kubernetes.api.model.ConfigMap peerBundle() {
    return clusters
        .west
        .configMaps()
        .inNamespace(TwoClusters.SYSTEM)
        .withName("isthmus-trust-bundle-east")
        .get();
  }

  private HasMetadata slice() {
    List<io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice> slices =
        clusters
            .west
            .discovery()
            .v1()
            .endpointSlices()
            .inNamespace(shop)
            .withLabel(Labels.SERVICE_NAME, "hello-east")
            .list()
            .getItems();
    return slices.getFirst();
  }

  private static String version(HasMetadata object) {
    return object.getMetadata().getResourceVersion();
  }
}
