package io.isthmus.control;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.grpc.Status;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.testing.ControlPlanePrograms;
import io.isthmus.api.testing.RealApiServer;
import io.isthmus.api.testing.RealApiServerExtension;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.api.trust.TrustEnforcement;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Pem;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.certs.issuing.RootAuthority;
import io.isthmus.control.resources.ResourceKind;
import io.isthmus.control.state.Mesh;
import io.isthmus.control.state.Scope;
import isthmus.trust.v1alpha1.BundleInForce;
import isthmus.trust.v1alpha1.IssuerAnnouncement;
import isthmus.trust.v1alpha1.Leaf;
import isthmus.trust.v1alpha1.TrustReport;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two replicas on a real API server, under exactly the role that is shipped. */
@ExtendWith(RealApiServerExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ControlPlaneIT {
  private static final String SYSTEM = ObjectNames.SYSTEM_NAMESPACE;

  private static final Duration HOUR = Duration.ofHours(1);

  private final RealApiServer api;
  private final String shop;
  private final ControlPlane first;
  private final ControlPlane second;

  ControlPlaneIT(RealApiServer api) throws Exception {
    this.api = api;
    KubernetesClient admin = api.admin();
    admin
        .resource(new NamespaceBuilder().withNewMetadata().withName(SYSTEM).endMetadata().build())
        .createOr(io.fabric8.kubernetes.client.dsl.NonDeletingOperation::update);
    try (InputStream yaml =
        Files.newInputStream(
            Path.of(
                System.getProperty("isthmus.root"), "charts/isthmus/files/rbac/control.yaml"))) {
      admin.load(yaml).items().forEach(item -> admin.resource(item).create());
    }
    shop = api.newNamespace("shop");
    String token = api.createToken(SYSTEM, ObjectNames.CONTROL_SERVICE_ACCOUNT);
    first = new ControlPlane(settings("first"), api.client(token), Duration.ZERO);
    second = new ControlPlane(settings("second"), api.client(token), Duration.ZERO);
  }

  private static ControlSettings settings(String replica) {
    InetSocketAddress loopback = new InetSocketAddress("127.0.0.1", 0);
    return new ControlSettings(
        new Mesh("west", io.isthmus.certs.TrustDomain.of("west.test"), "cluster.local", SYSTEM),
        Optional.empty(),
        new ControlSettings.Addresses(loopback, loopback, Optional.of(loopback)),
        "isthmus",
        Scope.NAMESPACE,
        replica,
        Optional.empty());
  }

  @BeforeAll
  void startTogether() {
    CompletableFuture.allOf(start(first), start(second)).join();
  }

  private static CompletableFuture<Void> start(ControlPlane plane) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            plane.start();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        },
        task -> Thread.ofVirtual().start(task));
  }

  @AfterAll
  void close() {
    first.close();
    second.close();
  }

  private TestClient client(ControlPlane plane) {
    String json =
        api.admin()
            .configMaps()
            .inNamespace(SYSTEM)
            .withName(ObjectNames.TRUST_BUNDLE)
            .get()
            .getData()
            .get(ObjectNames.BUNDLE_JWKS_KEY);
    return TestClient.connect(plane.xdsPort(), java.util.Objects.requireNonNull(json));
  }

  @Test
  void twoReplicasThatStartTogetherShareOneAuthority() {
    TestClient one = client(first);
    TestClient other = client(second);
    String token = api.createToken(shop, "web", "isthmus");
    try (one;
        other) {
      assertThat(Pem.decodeCertificates(one.certificate(token).get(1)))
          .isEqualTo(Pem.decodeCertificates(other.certificate(token).get(1)));
    }
  }

  @Test
  void issuesForTheTokensAccountWithoutTheRoot() {
    try (TestClient client = client(first)) {
      List<String> chain = client.certificate(api.createToken(shop, "web", "isthmus"));
      assertThat(chain).hasSize(2);
      assertThat(client.verify(chain))
          .isEqualTo(SpiffeId.workload(io.isthmus.certs.TrustDomain.of("west.test"), shop, "web"));
    }
  }

  @Test
  void certificatesLastAsTheTrustDomainSaysNow() {
    try (TestClient client = client(second)) {
      leafLifetime("1h");
      Awaitility.await()
          .untilAsserted(() -> assertThat(life(client)).isBetween(HOUR, HOUR.multipliedBy(2)));
    } finally {
      leafLifetime("24h");
    }
  }

  private void leafLifetime(String period) {
    api.admin()
        .resources(TrustDomain.class)
        .withName("west")
        .edit(own -> {
          own.setSpec(
              new TrustDomainSpec(
                  "west.test",
                  new TrustDomainSpec.Authority(
                      new TrustDomainSpec.Managed("87600h", "8760h", period, 0.66), null),
                  null,
                  null));
          return own;
        });
  }

  private Duration life(TestClient client) {
    X509Certificate leaf =
        Pem.decodeCertificates(client.certificate(api.createToken(shop, "web", "isthmus")).get(0))
            .getFirst();
    return Duration.between(leaf.getNotBefore().toInstant(), leaf.getNotAfter().toInstant());
  }

  @Test
  void refusesATokenForAnotherAudienceAndSaysWhichWasExpected() {
    try (TestClient client = client(first)) {
      String token = api.createToken(shop, "web");
      assertThatThrownBy(() -> client.certificate(token))
          .satisfies(e -> {
            Status status = Status.fromThrowable(e);
            assertThat(status.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
            assertThat(status.getDescription()).contains("expected one for audience isthmus");
          });
    }
  }

  /** The same namespace, account and audience; only who issued it differs. */
  @Test
  void refusesATokenThatIsReplayedFromAnotherCluster() {
    try (RealApiServer elsewhere = RealApiServer.start(ControlPlanePrograms.ofEnvironment());
        TestClient client = client(first)) {
      elsewhere
          .admin()
          .resource(new NamespaceBuilder().withNewMetadata().withName(shop).endMetadata().build())
          .create();
      String token = elsewhere.createToken(shop, "web", "isthmus");
      assertThatThrownBy(() -> client.certificate(token))
          .satisfies(e ->
              assertThat(Status.fromThrowable(e).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED));
      assertThat(client.certificate(api.createToken(shop, "web", "isthmus"))).hasSize(2);
    }
  }

  @Test
  void refusesAMissingTokenAndGarbage() {
    try (TestClient client = client(first)) {
      assertThatThrownBy(() -> client.certificate("")).hasMessageContaining("UNAUTHENTICATED");
      assertThatThrownBy(() -> client.certificate("garbage"))
          .hasMessageContaining("UNAUTHENTICATED");
    }
  }

  @Test
  void refusesWhatIsNoRequest() {
    try (TestClient client = client(first)) {
      String token = api.createToken(shop, "web", "isthmus");
      assertThatThrownBy(() -> client.sign(token, "no request"))
          .hasMessageContaining("INVALID_ARGUMENT");
    }
  }

  @Test
  void ownTrustDomainIsThereAndReportsItsBundle() {
    Awaitility.await()
        .untilAsserted(() -> {
          TrustDomain own = api.admin().resources(TrustDomain.class).withName("west").get();
          assertThat(own.getStatus()).isNotNull();
          assertThat(own.getStatus().phase()).isEqualTo("Steady");
          assertThat(java.util.Objects.requireNonNull(own.getStatus().bundle()).sequence())
              .isBetween(1_700_000_000L, Instant.now().getEpochSecond());
          assertThat(own.getStatus().conditions().getFirst().status()).isEqualTo("True");
        });
  }

  @Test
  void servesReadinessAndMetrics() throws Exception {
    assertThat(get("/ready")).isEqualTo("ok\n");
    assertThat(get("/metrics"))
        .contains(
            "isthmus_trust_generation{trust_domain=\"west.test\"} ",
            "isthmus_issuer_expiry_timestamp_seconds ",
            "isthmus_svid_expiry_timestamp_seconds ")
        .containsPattern(
            "isthmus_trust_anchor_expiry_timestamp_seconds\\{anchor=\"[0-9a-f]{16}\",trust_domain=\"west.test\"}"
                + " ");
  }

  private String get(String path) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + first.healthPort() + path))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  @Test
  void followsAServiceFromItsBeginningToItsEndAndAcrossADisconnect() {
    String name = "outbound/%s/hello/80".formatted(shop);
    try (TestClient client = client(first)) {
      String token = api.createToken(shop, "web", "isthmus");
      TestClient.Stream stream = client.stream(token, node("web"));
      stream.subscribe(ResourceKind.CLUSTER);
      assertThat(stream.next().getResourcesList()).isEmpty();
      stream.ack();
      Service hello = createService("hello");
      DeltaDiscoveryResponse added = stream.next();
      assertThat(added.getResourcesList()).extracting("name").contains(name);
      stream.reject("no such thing");
      Awaitility.await()
          .untilAsserted(() ->
              assertThat(get("/proxies")).contains("rejected", "web-1 cluster", "no such thing"));
      stream.close();
      api.admin().resource(hello).delete();
      TestClient.Stream again = client.stream(token, node("web"));
      again.send(
          DeltaDiscoveryRequest.newBuilder()
              .setTypeUrl(ResourceKind.CLUSTER.typeUrl())
              .putInitialResourceVersions(name, added.getResources(0).getVersion()));
      DeltaDiscoveryResponse state = again.next();
      while (state.getRemovedResourcesList().isEmpty()) {
        again.ack(); // the change was not seen yet
        state = again.next();
      }
      assertThat(state.getRemovedResourcesList()).contains(name);
      again.close();
    }
  }

  @Test
  void answersSubscriptionsToWhatIsAndToWhatIsNot() {
    try (TestClient client = client(second)) {
      TestClient.Stream stream =
          client.stream(api.createToken(shop, "other", "isthmus"), node("other"));
      stream.subscribe(ResourceKind.SECRET, "bundle/west.test", "bundle/nobody.test");
      DeltaDiscoveryResponse answer = stream.next();
      assertThat(answer.getResourcesList()).extracting("name").containsExactly("bundle/west.test");
      assertThat(answer.getRemovedResourcesList()).containsExactly("bundle/nobody.test");
      stream.send(
          DeltaDiscoveryRequest.newBuilder()
              .setTypeUrl(ResourceKind.SECRET.typeUrl())
              .setResponseNonce("never given out"));
      stream.ack();
      stream.subscribe(ResourceKind.SECRET, "bundle/west.test");
      assertThat(stream.next().getResourcesList()).hasSize(1);
      stream.close();
    }
  }

  @Test
  void refusesANodeThatClaimsToBeAnother() {
    try (TestClient client = client(first)) {
      TestClient.Stream stream =
          client.stream(api.createToken(shop, "web", "isthmus"), node("pay"));
      stream.subscribe(ResourceKind.CLUSTER);
      assertThat(stream.failure().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(stream.failure().getDescription()).contains("'pay'", "'web'");
    }
  }

  @Test
  void refusesTheGatewaysRoleToAnybodyElse() {
    try (TestClient client = client(first)) {
      TestClient.Stream stream =
          client.stream(
              api.createToken(shop, "web", "isthmus"),
              TestClient.node("gateway", shop, "web", "10.1.1.1"));
      stream.subscribe(ResourceKind.CLUSTER);
      assertThat(stream.failure().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    }
  }

  private io.envoyproxy.envoy.config.core.v3.Node node(String account) {
    return TestClient.node("sidecar", shop, account, "10.1.1.1");
  }

  @Test
  void sumsUpWhatProxiesReportInTheStatusOfBothReplicas() throws Exception {
    String token = api.createToken(shop, "acks", "isthmus");
    try (TestClient client = client(first);
        TestClient elsewhere = client(second)) {
      TestClient.Stream stream = client.stream(token, node("acks"));
      stream.subscribe(ResourceKind.SECRET, "bundle/west.test");
      stream.next();
      TestClient.Stream silent = elsewhere.stream(token, node("acks"));
      silent.subscribe(ResourceKind.SECRET, "bundle/west.test");
      silent.next();
      TrustDomainStatus.BundleStatus bundle =
          Objects.requireNonNull(
              api.admin().resources(TrustDomain.class).withName("west").get().getStatus().bundle());
      TestClient.Reports reports = client.reports(token);
      reports.send(
          TrustReport.newBuilder()
              .setPod("acks-1")
              .setClockMillis(Instant.now().toEpochMilli())
              .addInForce(
                  BundleInForce.newBuilder()
                      .setTrustDomain("west.test")
                      .setSequence(bundle.sequence())
                      .setDigest(bundle.digest()))
              .build());
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .untilAsserted(() -> {
            TrustDomainStatus status =
                api.admin().resources(TrustDomain.class).withName("west").get().getStatus();
            Map<String, TrustEnforcement.Reporter> seen =
                Objects.requireNonNull(status.enforcement()).reporters();
            assertThat(seen).containsKeys("first", "second");
            assertThat(Objects.requireNonNull(seen.get("first")).waitingFor())
                .noneMatch(text -> text.contains("/acks-1 "));
            assertThat(Objects.requireNonNull(seen.get("first")).enforcing()).isPositive();
            assertThat(Objects.requireNonNull(seen.get("second")).waitingFor())
                .contains(shop + "/acks-1 (reports nothing)");
            assertThat(status.conditions()).as("the rest of the status").isNotEmpty();
          });
      assertThat(get("/proxies"))
          .contains("trust " + shop + "/acks-1 enforces west.test=" + bundle.sequence());
      reports.close();
      assertThat(reports.end().isOk()).isTrue();
      stream.close();
      silent.close();
    }
  }

  @Test
  void refusesAReportForAPodThatIsNotTheCallers() {
    try (TestClient client = client(first)) {
      TestClient.Stream victim =
          client.stream(api.createToken(shop, "victim", "isthmus"), node("victim"));
      victim.subscribe(ResourceKind.SECRET, "bundle/west.test");
      victim.next();
      TestClient.Reports forged = client.reports(api.createToken(shop, "web", "isthmus"));
      forged.send(TrustReport.newBuilder().setPod("victim-1").build());
      assertThat(forged.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(forged.end().getDescription()).contains("/sa/web");
      assertThat(client.reports("").end().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
      victim.close();
    }
  }

  @Test
  void aProxyIsToldWhichIssuerSignsNowAndGetsALeafOfItAndBackAgain() throws Exception {
    String token = api.createToken(shop, "renews", "isthmus");
    Secret before = issuerSecret();
    try (TestClient client = client(first)) {
      TestClient.Stream stream = client.stream(token, node("renews"));
      stream.subscribe(ResourceKind.SECRET, "bundle/west.test");
      stream.next();
      String old = issuerOf(client.certificate(token));
      TestClient.Reports reports = client.reports(token);
      reports.send(showing(old));

      Issuer made = Issuer.create(storedRoot(), Duration.ofDays(30), InstantSource.system());
      store(
          Map.of(
              "tls.crt", base64(made.chainPem()),
              "tls.key", base64(made.privateKeyPem())));
      IssuerAnnouncement switched = reports.announced();
      assertThat(switched.getIssuerSha256()).isEqualTo(Fingerprint.of(made.certificate()));
      assertThat(switched.getRenewWithinMillis()).isEqualTo(45_000);
      List<String> renewed = client.certificate(token);
      assertThat(client.verify(renewed)).isEqualTo(west(shop, "renews"));
      assertThat(issuerOf(renewed)).isEqualTo(switched.getIssuerSha256());
      reports.send(showing(issuerOf(renewed)));

      store(before.getData());
      assertThat(reports.announced().getIssuerSha256()).isEqualTo(old);
      assertThat(issuerOf(client.certificate(token))).isEqualTo(old);
      assertThat(reports.more()).isEmpty();
      stream.close();
    } finally {
      store(before.getData());
    }
  }

  private static TrustReport showing(String issuer) {
    return TrustReport.newBuilder()
        .setPod("renews-1")
        .setClockMillis(Instant.now().toEpochMilli())
        .setLeaf(
            Leaf.newBuilder()
                .setIssuerSha256(issuer)
                .setNotAfterMillis(Instant.now().plusSeconds(3600).toEpochMilli()))
        .setRenewsWhenTold(true)
        .build();
  }

  private static SpiffeId west(String namespace, String account) {
    return SpiffeId.workload(io.isthmus.certs.TrustDomain.of("west.test"), namespace, account);
  }

  private static String issuerOf(List<String> chain) {
    return Fingerprint.of(Pem.decodeCertificates(chain.get(1)).getFirst());
  }

  private Secret secret(String name) {
    return api.admin().secrets().inNamespace(SYSTEM).withName(name).get();
  }

  private Secret issuerSecret() {
    return secret(ObjectNames.ISSUER_SECRET);
  }

  private RootAuthority storedRoot() {
    Map<String, String> data = secret(ObjectNames.ROOT_SECRET).getData();
    return RootAuthority.fromPem(
        text(Objects.requireNonNull(data.get("tls.crt"))),
        text(Objects.requireNonNull(data.get("tls.key"))),
        io.isthmus.certs.TrustDomain.of("west.test"));
  }

  private void store(Map<String, String> issuer) {
    Secret stored = issuerSecret();
    if (!issuer.equals(stored.getData())) {
      stored.setData(issuer);
      api.admin().resource(stored).update();
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(US_ASCII));
  }

  private static String text(String base64) {
    return new String(Base64.getDecoder().decode(base64), US_ASCII);
  }

  private Service createService(String name) {
    api.admin()
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withNamespace(shop)
                .withName(name + "-1")
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName(name)
                .addNewContainer()
                .withName("app")
                .withImage("app")
                .endContainer()
                .endSpec()
                .build())
        .create();
    return api.admin()
        .resource(
            new ServiceBuilder()
                .withNewMetadata()
                .withNamespace(shop)
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .addNewPort()
                .withPort(80)
                .endPort()
                .endSpec()
                .build())
        .create();
  }

  @Test
  void warnsOnAServiceThatIsNotExportedAsItSays() {
    String namespace = api.newNamespace("misread");
    api.admin()
        .resource(
            new ServiceBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName("hello")
                .addToLabels("mirror.isthmus.io/exported", "true")
                .addToAnnotations("mirror.isthmus.io/tunnel", "terminat")
                .endMetadata()
                .withNewSpec()
                .addNewPort()
                .withPort(80)
                .endPort()
                .endSpec()
                .build())
        .create();
    Awaitility.await()
        .untilAsserted(() ->
            assertThat(api.admin().v1().events().inNamespace(namespace).list().getItems())
                // the API server has Events of its own, such as on the repair of cluster IPs
                .filteredOn(event ->
                    ObjectNames.CONTROL_SERVICE_ACCOUNT.equals(event.getSource().getComponent()))
                .singleElement()
                .satisfies(event ->
                    assertThat(event.getMessage())
                        .contains(
                            namespace + "/hello",
                            "mirror.isthmus.io/tunnel is 'terminat'",
                            "end-to-end or terminate")));
  }
}
