package io.isthmus.control.injection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.control.identity.ServerIdentity;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What anybody may send to the webhook's port. */
final class InjectionServerIT {
  private static final TestCa WEST = TestCa.create("west.test");

  private static final String POD =
      """
      {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1",
       "request": {"uid": "u-1", "namespace": "shop", "object":
         {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "web"},
          "spec": {"containers": [{"name": "web", "image": "web", "unheardOf": {"kept": true}}]}}}}
      """;
  private static final Duration LONGEST = Duration.ofSeconds(1);

  private final Map<String, ObjectMeta> present = new ConcurrentHashMap<>();
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
                new Namespaces(
                    _ -> Optional.empty(), name -> Optional.ofNullable(present.get(name)))),
            metrics,
            LONGEST);
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
    assertThat(post("/inject/namespace", POD).body())
        .contains("\"uid\":\"u-1\"", "\"allowed\":true", "\"patchType\":\"JSONPatch\"");
    assertThat(post("/inject/pod", POD).body())
        .contains("\"allowed\":true")
        .doesNotContain("patch");
    assertThat(counted("injected")).isEqualTo(1);
    assertThat(counted("left_alone")).isEqualTo(1);
  }

  /** What the watch has not told of yet. */
  @Test
  void asksForTheNamespaceAsItIsNow() throws Exception {
    present.put(
        "shop",
        new ObjectMetaBuilder()
            .withName("shop")
            .addToAnnotations("isthmus.io/inject", "disabled")
            .addToLabels("isthmus.io/inject", "enabled")
            .build());

    assertThat(post("/inject/namespace", POD).body())
        .contains("\"allowed\":false", "isthmus.io/inject is disabled as an annotation");
    assertThat(counted("refused")).isEqualTo(1);
  }

  @Test
  void isHeldUpByNobodyWhoStalls() throws Exception {
    List<Socket> stalled = new ArrayList<>();
    try {
      for (int i = 0; i < 64; i++) {
        Socket socket = trusting().getSocketFactory().createSocket("localhost", server.port());
        socket
            .getOutputStream()
            .write(
                "POST /inject/pod HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n\r\n{"
                    .getBytes(UTF_8));
        socket.getOutputStream().flush();
        stalled.add(socket);
      }

      await()
          .atMost(Duration.ofSeconds(10))
          .untilAsserted(() -> assertThat(post("/inject/pod", POD).statusCode()).isEqualTo(200));
    } finally {
      for (Socket socket : stalled) {
        socket.close();
      }
    }
  }

  private double counted(String decision) {
    return metrics.counter("isthmus.injection.reviews", "decision", decision).count();
  }
}
