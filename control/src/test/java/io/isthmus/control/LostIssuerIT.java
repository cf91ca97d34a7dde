package io.isthmus.control;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.grpc.Status;
import io.isthmus.api.Condition;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.testing.ControlPlanePrograms;
import io.isthmus.api.testing.RealApiServer;
import io.isthmus.api.testing.RealApiServerExtension;
import io.isthmus.api.trust.TrustDomain;
import io.isthmus.api.trust.TrustDomainSpec;
import io.isthmus.api.trust.TrustDomainStatus;
import io.isthmus.certs.Pem;
import io.isthmus.certs.testing.CertificateRecipe;
import io.isthmus.certs.testing.Made;
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
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The Secret of the issuers is deleted while a new root of an operator's is published, on a real
 * API server: no root's key is here to make another issuer with.
 */
@ExtendWith(RealApiServerExtension.class)
final class LostIssuerIT {
  private static final String SYSTEM = ObjectNames.SYSTEM_NAMESPACE;
  private static final String OFFER = "isthmus-operator-issuer";

  private final RealApiServer api = RealApiServer.start(ControlPlanePrograms.ofEnvironment());
  private final KubernetesClient admin = api.admin();
  private final Made oldRoot = root("old root");
  private final Made newRoot = root("new root");
  private final Made oldIssuer = issuer("old issuer").signedBy(oldRoot);
  private final Made newIssuer = issuer("new issuer").signedBy(newRoot);
  private ControlPlane plane;

  LostIssuerIT() throws Exception {
    admin
        .resource(new NamespaceBuilder().withNewMetadata().withName(SYSTEM).endMetadata().build())
        .create();
    try (InputStream yaml =
        Files.newInputStream(
            Path.of(
                System.getProperty("isthmus.root"), "charts/isthmus/files/rbac/control.yaml"))) {
      admin.load(yaml).items().forEach(item -> admin.resource(item).create());
    }
    TrustDomain own = new TrustDomain();
    own.setMetadata(new ObjectMetaBuilder().withName("west").build());
    own.setSpec(
        new TrustDomainSpec(
            "west.test",
            new TrustDomainSpec.Authority(
                null, new TrustDomainSpec.Operator(new TrustDomainSpec.SecretRef(OFFER), "1h")),
            null,
            null));
    admin.resource(own).create();
    offer(oldIssuer, oldRoot);
    this.plane = newPlane();
  }

  private static Made root(String name) {
    return CertificateRecipe.authority(name, Instant.now()).selfSigned();
  }

  private static CertificateRecipe issuer(String name) {
    return CertificateRecipe.authority(name, Instant.now());
  }

  private void offer(Made issuer, Made root) {
    admin
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withNamespace(SYSTEM)
                .withName(OFFER)
                .endMetadata()
                .withData(
                    Map.of(
                        "tls.crt", base64(Pem.encode(issuer.certificate())),
                        "tls.key", base64(Pem.encode(issuer.privateKey())),
                        "ca.crt", base64(Pem.encode(root.certificate()))))
                .build())
        .createOr(existing -> existing.update());
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(US_ASCII));
  }

  private ControlPlane newPlane() throws Exception {
    InetSocketAddress loopback = new InetSocketAddress("127.0.0.1", 0);
    return new ControlPlane(
        new ControlSettings(
            new Mesh("west", io.isthmus.certs.TrustDomain.of("west.test"), "cluster.local", SYSTEM),
            Optional.empty(),
            new ControlSettings.Addresses(loopback, loopback, Optional.of(loopback)),
            "isthmus",
            Scope.NAMESPACE,
            "replica",
            Optional.empty()),
        api.client(api.createToken(SYSTEM, ObjectNames.CONTROL_SERVICE_ACCOUNT)),
        Duration.ZERO);
  }

  @BeforeEach
  void bringIntoDualTrust() throws Exception {
    start();
    offer(newIssuer, newRoot);
    await().untilAsserted(() -> assertThat(status().phase()).isEqualTo("DualTrust"));
    assertThat(bundle()).contains(pem(oldRoot), pem(newRoot));
  }

  /** It tries for ever, so a plane that does not become ready is shown by what it says. */
  private void start() throws Exception {
    Thread starting =
        Thread.ofVirtual()
            .start(() -> {
              try {
                plane.start();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    if (!starting.join(Duration.ofSeconds(30))) {
      throw new AssertionError("not started: " + ready());
    }
  }

  private String ready() throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:" + plane.healthPort() + "/ready"))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  @AfterEach
  void close() {
    plane.close();
    api.close();
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(30)).ignoreException(AssertionError.class);
  }

  private static String pem(Made made) {
    try {
      return Base64.getEncoder().encodeToString(made.certificate().getEncoded());
    } catch (java.security.cert.CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  private TrustDomainStatus status() {
    TrustDomainStatus status =
        admin.resources(TrustDomain.class).withName("west").get().getStatus();
    assertThat(status).isNotNull();
    return status;
  }

  private String held() {
    Condition held = Condition.find(status().conditions(), TrustDomainStatus.HELD).orElseThrow();
    return held.status() + ": " + held.message();
  }

  private String bundle() {
    return Objects.requireNonNull(
        admin
            .configMaps()
            .inNamespace(SYSTEM)
            .withName(ObjectNames.TRUST_BUNDLE)
            .get()
            .getData()
            .get(ObjectNames.BUNDLE_JWKS_KEY));
  }

  private void loseIssuers() {
    admin.secrets().inNamespace(SYSTEM).withName(ObjectNames.ISSUER_SECRET).delete();
  }

  private X509Certificate signer(String token) {
    try (TestClient client = TestClient.connect(plane.xdsPort(), bundle())) {
      return Pem.decodeCertificates(client.certificate(token).get(1)).getFirst();
    }
  }

  private String token() {
    return api.createToken(api.newNamespace("shop"), "web", "isthmus");
  }

  @Test
  void replicaThatRunsStoresAgainWhatItKnows() {
    loseIssuers();
    await()
        .untilAsserted(() ->
            assertThat(
                    admin.secrets().inNamespace(SYSTEM).withName(ObjectNames.ISSUER_SECRET).get())
                .isNotNull());
    assertThat(signer(token())).isEqualTo(oldIssuer.certificate());
    assertThat(held()).doesNotContain("lost");
  }

  @Test
  void replicaThatIsStartedServesWhatItHasAndSaysWhatItCannotSign() throws Exception {
    plane.close();
    loseIssuers();
    plane = newPlane();
    start();

    assertThat(bundle()).contains(pem(oldRoot), pem(newRoot));
    String namespace = api.newNamespace("shop");
    String token = api.createToken(namespace, "web", "isthmus");
    try (TestClient client = TestClient.connect(plane.xdsPort(), bundle())) {
      TestClient.Stream stream =
          client.stream(token, TestClient.node("sidecar", namespace, "web", "10.0.0.9"));
      stream.subscribe(ResourceKind.SECRET, "bundle/west.test");
      assertThat(stream.next().getResourcesList()).hasSize(1);
      assertThatThrownBy(() -> client.certificate(token))
          .satisfies(e -> {
            Status refused = Status.fromThrowable(e);
            assertThat(refused.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(refused.getDescription()).contains("is lost", "condition Held");
          });
    }
    await()
        .untilAsserted(() ->
            assertThat(held())
                .startsWith("True: ")
                .contains(
                    "Secret isthmus-issuer was deleted",
                    "no certificates are signed until the rotation has switched",
                    "restore that Secret, or put an issuer under this root into Secret " + OFFER));
    assertThat(status().issuer()).isNull();

    Made another = issuer("another").signedBy(oldRoot);
    offer(another, oldRoot);
    await().untilAsserted(() -> assertThat(signs(token)).contains(another.certificate()));
    await().untilAsserted(() -> assertThat(held()).doesNotContain("lost"));
    assertThat(status().phase()).isEqualTo("DualTrust");
    assertThat(bundle()).contains(pem(oldRoot), pem(newRoot));
  }

  private List<X509Certificate> signs(String token) {
    try {
      return List.of(signer(token));
    } catch (io.grpc.StatusRuntimeException e) {
      return List.of();
    }
  }
}
