package io.isthmus.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SPIFFECertValidatorConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.Condition;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.testing.ControlPlanePrograms;
import io.isthmus.api.testing.RealApiServer;
import io.isthmus.api.testing.RealApiServerExtension;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.certs.BundleSet;
import io.isthmus.certs.TrustBundle;
import io.isthmus.control.resources.ResourceKind;
import io.isthmus.control.state.Mesh;
import io.isthmus.control.state.Scope;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Two control planes without a Link that take each other's bundles, on real API servers under
 * exactly the role that is shipped.
 */
@ExtendWith(RealApiServerExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FederatedControlPlanesIT {
  private static final String SYSTEM = ObjectNames.SYSTEM_NAMESPACE;

  private RealApiServer west;
  private RealApiServer east;
  private ControlPlane westPlane;
  private ControlPlane eastPlane;

  @SuppressWarnings("NullAway.Init")
  FederatedControlPlanesIT() {}

  @BeforeAll
  void start() throws Exception {
    west = RealApiServer.start(ControlPlanePrograms.ofEnvironment());
    east = RealApiServer.start(ControlPlanePrograms.ofEnvironment());
    westPlane = plane("west", west);
    eastPlane = plane("east", east);
  }

  private static ControlPlane plane(String cluster, RealApiServer server) throws Exception {
    KubernetesClient admin = server.admin();
    admin
        .resource(new NamespaceBuilder().withNewMetadata().withName(SYSTEM).endMetadata().build())
        .create();
    try (InputStream yaml =
        Files.newInputStream(
            Path.of(
                System.getProperty("isthmus.root"), "charts/isthmus/files/rbac/control.yaml"))) {
      admin.load(yaml).items().forEach(item -> admin.resource(item).create());
    }
    ControlPlane plane =
        new ControlPlane(
            settings(cluster),
            server.client(server.createToken(SYSTEM, ObjectNames.CONTROL_SERVICE_ACCOUNT)));
    plane.start();
    return plane;
  }

  @AfterEach
  void part() {
    west.admin().resources(TrustDomain.class).withName("east").delete();
    west.admin().resources(TrustDomain.class).withName("stranger").delete();
    east.admin().resources(TrustDomain.class).withName("west").delete();
  }

  private static ControlSettings settings(String cluster) {
    InetSocketAddress loopback = new InetSocketAddress("127.0.0.1", 0);
    return new ControlSettings(
        new Mesh(
            cluster, io.isthmus.certs.TrustDomain.of(cluster + ".test"), "cluster.local", SYSTEM),
        Optional.empty(),
        new ControlSettings.Addresses(loopback, loopback, Optional.of(loopback)),
        "isthmus",
        Scope.NAMESPACE,
        cluster + "-control",
        Optional.empty());
  }

  @AfterAll
  void close() {
    Stream.of(westPlane, eastPlane, west, east)
        .filter(Objects::nonNull)
        .forEach(FederatedControlPlanesIT::end);
  }

  private static void end(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static String ownBundle(KubernetesClient api) {
    return jwks(api.configMaps().inNamespace(SYSTEM).withName(ObjectNames.TRUST_BUNDLE).get());
  }

  private static String jwks(ConfigMap map) {
    return Objects.requireNonNull(map.getData().get(ObjectNames.BUNDLE_JWKS_KEY));
  }

  private static void federate(
      KubernetesClient here, String peer, ControlPlane plane, KubernetesClient there) {
    TrustDomain domain = new TrustDomain();
    domain.setMetadata(new ObjectMetaBuilder().withName(peer).build());
    domain.setSpec(
        TrustDomainSpec.federated(
            peer + ".test",
            TrustDomainSpec.Endpoint.spiffe(
                "https://127.0.0.1:" + plane.bundlePort(),
                "spiffe://" + peer + ".test/ns/isthmus-system/sa/isthmus-control",
                ownBundle(there))));
    here.resource(domain).create();
  }

  private static @Nullable ConfigMap federatedBundle(RealApiServer server, String peer) {
    return server
        .admin()
        .configMaps()
        .inNamespace(SYSTEM)
        .withName(ObjectNames.federatedBundle(peer))
        .get();
  }

  private static void awaitFederated(KubernetesClient here, String peer, KubernetesClient there) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          ConfigMap stored =
              here.configMaps()
                  .inNamespace(SYSTEM)
                  .withName(ObjectNames.federatedBundle(peer))
                  .get();
          assertThat(stored).isNotNull();
          assertThat(jwks(stored)).isEqualTo(ownBundle(there));
          TrustDomainStatus status =
              here.resources(TrustDomain.class).withName(peer).get().getStatus();
          assertThat(status).isNotNull();
          assertThat(status.conditions())
              .extracting(Condition::type, Condition::status, Condition::reason)
              .containsExactlyInAnyOrder(
                  org.assertj.core.groups.Tuple.tuple("Ready", "True", "BundleInForce"),
                  org.assertj.core.groups.Tuple.tuple("BundleFresh", "True", "Fetched"),
                  org.assertj.core.groups.Tuple.tuple("Expiring", "False", "NothingExpires"));
        });
  }

  /** As a sidecar of west is served it. */
  private TrustBundle servedToAProxy() throws Exception {
    String shop = west.newNamespace("shop");
    try (TestClient client = TestClient.connect(westPlane.xdsPort(), ownBundle(west.admin()))) {
      west.admin().resource(pod(shop)).create();
      TestClient.Stream stream =
          client.stream(
              west.createToken(shop, "web", "isthmus"),
              TestClient.node("sidecar", shop, "web", "10.1.1.1"));
      stream.subscribe(ResourceKind.SECRET, "bundle/east.test");
      DeltaDiscoveryResponse answer = stream.next();
      assertThat(answer.getResourcesList()).hasSize(1);
      String map =
          answer
              .getResources(0)
              .getResource()
              .unpack(Secret.class)
              .getValidationContext()
              .getCustomValidatorConfig()
              .getTypedConfig()
              .unpack(SPIFFECertValidatorConfig.class)
              .getTrustBundles()
              .getInlineString();
      stream.close();
      return BundleSet.parseJson(map.getBytes(UTF_8))
          .find(io.isthmus.certs.TrustDomain.of("east.test"))
          .orElseThrow();
    }
  }

  private String scraped() throws Exception {
    URI metrics = URI.create("http://127.0.0.1:" + westPlane.healthPort() + "/metrics");
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private static io.fabric8.kubernetes.api.model.Pod pod(String namespace) {
    return new io.fabric8.kubernetes.api.model.PodBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName("web-1")
        .endMetadata()
        .withNewSpec()
        .withServiceAccountName("web")
        .addNewContainer()
        .withName("app")
        .withImage("app")
        .endContainer()
        .endSpec()
        .build();
  }

  @Test
  void eachFetchesTheOthersBundleAndGivesItToItsProxies() throws Exception {
    federate(west.admin(), "east", eastPlane, east.admin());
    federate(east.admin(), "west", westPlane, west.admin());

    awaitFederated(west.admin(), "east", east.admin());
    awaitFederated(east.admin(), "west", west.admin());
    assertThat(scraped())
        .contains(
            "isthmus_bundle_age_seconds{trust_domain=\"east.test\"} ",
            "isthmus_bundle_fetches_total{result=\"ok\",trust_domain=\"east.test\"} ",
            "isthmus_bundle_requests_total{status=\"200\"} ");
    assertThat(servedToAProxy())
        .isEqualTo(
            TrustBundle.parseJwks(
                io.isthmus.certs.TrustDomain.of("east.test"),
                ownBundle(east.admin()).getBytes(UTF_8)));
  }

  @Test
  void wrongIdentityIsSaidOnTheTrustDomainAndNothingIsTrusted() {
    TrustDomain domain = new TrustDomain();
    domain.setMetadata(new ObjectMetaBuilder().withName("stranger").build());
    domain.setSpec(
        TrustDomainSpec.federated(
            "east.test",
            TrustDomainSpec.Endpoint.spiffe(
                "https://127.0.0.1:" + eastPlane.bundlePort(),
                "spiffe://east.test/ns/other/sa/other",
                ownBundle(east.admin()))));
    west.admin().resource(domain).create();

    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          TrustDomainStatus status =
              west.admin().resources(TrustDomain.class).withName("stranger").get().getStatus();
          assertThat(status).isNotNull();
          assertThat(Condition.find(status.conditions(), TrustDomainStatus.BUNDLE_FRESH))
              .hasValueSatisfying(fresh -> {
                assertThat(fresh.status()).isEqualTo("False");
                assertThat(fresh.reason()).isEqualTo("IdentityRefused");
                assertThat(fresh.message())
                    .contains(
                        "https://127.0.0.1:" + eastPlane.bundlePort(),
                        "spiffe://east.test/ns/isthmus-system/sa/isthmus-control",
                        "spiffe://east.test/ns/other/sa/other");
              });
          assertThat(Condition.find(status.conditions(), TrustDomainStatus.READY))
              .hasValueSatisfying(ready -> assertThat(ready.status()).isEqualTo("False"));
        });
    assertThat(federatedBundle(west, "stranger")).isNull();
  }
}
