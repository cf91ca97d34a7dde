package io.isthmus.control.injection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.control.identity.ServerIdentity;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What anybody may send to the webhook's port. */
final class InjectionServerIT {
  private static final TestCa WEST = TestCa.create("west.test");

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final InjectionServer server;
  private final HttpClient client;

  InjectionServerIT() throws Exception {
    ServerIdentity identity =
        new ServerIdentity(
            WEST::issuer,
            new ServerIdentity.Name(
                WEST.id("isthmus-system", "isthmus-control"), List.of("localhost")),
            () -> Duration.ofHours(24),
            Instant::now);
    server =
        new InjectionServer(
            new InetSocketAddress("127.0.0.1", 0),
            new InjectionServer.Served(
                identity,
                new Injection(
                    new Installed(
                        "west",
                        TrustDomain.of("west.test"),
                        "cluster.local",
                        "control:15012",
                        new Installed.Images("sidecar", "capture", "Never"),
                        SidecarForm.NATIVE)),
                _ -> Optional.empty()),
            metrics);
    client = HttpClient.newBuilder().sslContext(trusting()).build();
  }

  /** As an API server does with caBundle: by the roots, and by the DNS name. */
  private static SSLContext trusting() throws Exception {
    KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
    roots.load(null);
    roots.setCertificateEntry("root", WEST.root().certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(roots);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + path))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString(UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "'', 'body: expected an AdmissionReview'",
    "'<html>', 'body: expected an AdmissionReview'",
    "'[]', 'body: expected an AdmissionReview'",
    "'{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\"}', 'expected an AdmissionReview with a request'",
    "'{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\",\"request\":{\"uid\":\"1\",\"object\":{\"kind\":\"Service\",\"apiVersion\":\"v1\"}}}', 'expected a Pod'",
    "'{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\",\"request\":{\"uid\":\"1\",\"namespace\":\"shop\",\"object\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\"}}}', 'expected a Pod with a spec'",
    "'{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\",\"request\":{\"uid\":\"1\",\"object\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"spec\":{\"containers\":7}}}}', 'body: expected an AdmissionReview'"
  })
  void refusesWhatIsNoReviewOfAPod(String body, String reason) throws Exception {
    HttpResponse<String> answer = post("/inject/namespace", body);

    assertThat(answer.body()).contains(reason);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(counted("no_review")).isEqualTo(1);
  }

  @Test
  void refusesMoreThanAnApiServerSends() throws Exception {
    HttpResponse<String> answer = post("/inject/pod", "x".repeat(5 * 1024 * 1024));

    assertThat(answer.statusCode()).isEqualTo(413);
  }

  @Test
  void refusesOtherMethodsAndPaths() throws Exception {
    HttpResponse<String> read =
        client.send(
            HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + "/inject/pod"))
                .build(),
            HttpResponse.BodyHandlers.ofString(UTF_8));

    assertThat(read.statusCode()).isEqualTo(405);
    assertThat(post("/", "{}").statusCode()).isEqualTo(404);
  }

  @Test
  void answersAPodOfANamespaceThatWasSelectedBeforeItIsKnown() throws Exception {
    String pod =
        """
        {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1",
         "request": {"uid": "u-1", "namespace": "shop", "object":
           {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "web"},
            "spec": {"containers": [{"name": "web", "image": "web", "unheardOf": {"kept": true}}]}}}}
        """;

    assertThat(post("/inject/namespace", pod).body())
        .contains("\"uid\":\"u-1\"", "\"allowed\":true", "\"patchType\":\"JSONPatch\"");
    assertThat(post("/inject/pod", pod).body())
        .contains("\"allowed\":true")
        .doesNotContain("patch");
    assertThat(counted("injected")).isEqualTo(1);
    assertThat(counted("left_alone")).isEqualTo(1);
  }

  private double counted(String decision) {
    return metrics.counter("isthmus.injection.reviews", "decision", decision).count();
  }
}
