package io.isthmus.control.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.isthmus.certs.testing.TestCa;
import io.isthmus.control.state.Mesh;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import istio.v1.auth.IstioCertificateRequest;
import istio.v1.auth.IstioCertificateResponse;
import istio.v1.auth.IstioCertificateServiceGrpc;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is let in by which proofs; the token reviews are the test's, over loopback. */
final class AuthenticationIT {
  private static final TestCa EAST = TestCa.create("east.test");
  private static final TestCa WEST = TestCa.create("west.test");
  private static final String HELLO = "system:serviceaccount:shop:hello";

  private final KubernetesMockServer api = new KubernetesMockServer(false);
  private final List<Caller> admitted = new ArrayList<>();
  private final List<Status> refused = new ArrayList<>();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private KubernetesClient client;
  private TokenAuthenticator tokens;

  @BeforeEach
  void start() {
    api.init();
    client = api.createClient();
    tokens =
        new TokenAuthenticator(
            client,
            new Mesh("east", EAST.trustDomain(), "cluster.local", "isthmus-system"),
            "isthmus",
            InstantSource.fixed(Instant.EPOCH));
  }

  @AfterEach
  void stop() {
    client.close();
    api.destroy();
  }

  /** A call with the proofs that it was given. */
  private final class Call extends ServerCall<IstioCertificateRequest, IstioCertificateResponse> {
    private final Attributes attributes;

    Call(Attributes attributes) {
      this.attributes = attributes;
    }

    @Override
    public Attributes getAttributes() {
      return attributes;
    }

    @Override
    public void request(int messages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(IstioCertificateResponse message) {}

    @Override
    public void close(Status status, Metadata trailers) {
      refused.add(status);
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<IstioCertificateRequest, IstioCertificateResponse>
        getMethodDescriptor() {
      return IstioCertificateServiceGrpc.getCreateCertificateMethod();
    }
  }

  private static Attributes certificate(TestCa authority, String account) {
    X509Certificate[] chain =
        authority.svid("shop", account).chain().toArray(X509Certificate[]::new);
    SSLSession session =
        (SSLSession)
            Proxy.newProxyInstance(
                AuthenticationIT.class.getClassLoader(),
                new Class<?>[] {SSLSession.class},
                (_, method, _) -> {
                  assertThat(method.getName()).isEqualTo("getPeerCertificates");
                  return chain;
                });
    return Attributes.newBuilder().set(Grpc.TRANSPORT_ATTR_SSL_SESSION, session).build();
  }

  private void call(Attributes attributes, String authorization) {
    AuthenticationInterceptor interceptor =
        new AuthenticationInterceptor(
            tokens, () -> TestCa.verifier(InstantSource.system(), EAST, WEST), EAST.trustDomain());
    Metadata headers = new Metadata();
    if (!authorization.isEmpty()) {
      headers.put(
          Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), authorization);
    }
    new RefusedCalls(metrics)
        .interceptCall(
            new Call(attributes),
            headers,
            (call, _) ->
                interceptor.interceptCall(
                    call,
                    headers,
                    (_, _) -> {
                      admitted.add(Caller.current());
                      return new ServerCall.Listener<>() {};
                    }));
  }

  private static Attributes from(String address) {
    return Attributes.newBuilder()
        .set(
            Grpc.TRANSPORT_ATTR_REMOTE_ADDR,
            new InetSocketAddress(InetAddress.ofLiteral(address), 40_000))
        .build();
  }

  private void review(TokenReviewBuilder review) {
    api.expect()
        .post()
        .withPath("/apis/authentication.k8s.io/v1/tokenreviews")
        .andReturn(201, review.build())
        .always();
  }

  private static TokenReviewBuilder authenticated(String user, String audience) {
    return new TokenReviewBuilder()
        .withNewStatus()
        .withAuthenticated(true)
        .withAudiences(audience)
        .withNewUser()
        .withUsername(user)
        .endUser()
        .endStatus();
  }

  private void assertRefused(Status.Code code, String... named) {
    assertThat(admitted).isEmpty();
    assertThat(refused).hasSize(1);
    assertThat(refused.getFirst().getCode()).isEqualTo(code);
    assertThat(refused.getFirst().getDescription()).contains(named);
  }

  @Test
  void tokenProvesItsServiceAccount() {
    review(authenticated(HELLO, "isthmus"));
    call(Attributes.EMPTY, "Bearer t");
    assertThat(admitted).containsExactly(new Caller(EAST.id("shop", "hello"), Caller.Proof.TOKEN));
    assertThat(metrics.find("isthmus.calls.refused").counters()).isEmpty();
  }

  @Test
  void refusedCallsAreCountedByMethodAndReason() {
    review(authenticated(HELLO, "another"));
    call(Attributes.EMPTY, "Bearer t");
    assertThat(
            metrics
                .get("isthmus.calls.refused")
                .tags("method", "CreateCertificate", "reason", "unauthenticated")
                .counter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void expiredTokenIsRefusedWithTheApiServersWords() {
    review(
        new TokenReviewBuilder()
            .withNewStatus()
            .withAuthenticated(false)
            .withError("token has expired")
            .endStatus());
    call(Attributes.EMPTY, "Bearer t");
    assertRefused(Status.Code.UNAUTHENTICATED, "token has expired", "audience isthmus");
  }

  @Test
  void tokenOfAnotherAudienceIsRefusedNamingBoth() {
    review(authenticated(HELLO, "vault"));
    call(Attributes.EMPTY, "Bearer t");
    assertRefused(Status.Code.UNAUTHENTICATED, "audience isthmus", "[vault]");
  }

  @Test
  void tokenOfAPersonIsDenied() {
    review(authenticated("admin", "isthmus"));
    call(Attributes.EMPTY, "Bearer t");
    assertRefused(Status.Code.PERMISSION_DENIED, "'admin'");
  }

  @Test
  void podThatAsksForTooManyReviewsIsRefusedAndOthersAreNot() throws InterruptedException {
    review(authenticated(HELLO, "isthmus"));
    for (int i = 0; i < ReviewBudget.BURST + 5; i++) {
      call(from("10.0.0.1"), "Bearer t");
    }
    assertThat(admitted).hasSize(ReviewBudget.BURST);
    assertThat(refused)
        .hasSize(5)
        .allSatisfy(status -> {
          assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
          assertThat(status.getDescription())
              .contains("10.0.0.1", "more than 100 token reviews", "5 a second");
        });
    assertThat(api.getRequestCount()).isEqualTo(ReviewBudget.BURST);
    call(from("10.0.0.2"), "Bearer t");
    assertThat(admitted).hasSize(ReviewBudget.BURST + 1);
  }

  @Test
  void certificateOfTheOwnTrustDomainIsEnough() {
    call(certificate(EAST, "hello"), "");
    assertThat(admitted)
        .containsExactly(new Caller(EAST.id("shop", "hello"), Caller.Proof.CERTIFICATE));
  }

  @Test
  void certificateOfAnotherTrustDomainIsRefused() {
    call(certificate(WEST, "hello"), "");
    assertRefused(Status.Code.UNAUTHENTICATED, "west.test");
  }

  @Test
  void certificateAndTokenThatDisagreeAreDeniedNamingBoth() {
    review(authenticated(HELLO, "isthmus"));
    call(certificate(EAST, "vault"), "Bearer t");
    assertRefused(
        Status.Code.PERMISSION_DENIED,
        EAST.id("shop", "hello").toString(),
        EAST.id("shop", "vault").toString());
  }

  @Test
  void callWithoutAnyProofIsToldWhatIsExpected() {
    call(Attributes.EMPTY, "");
    assertRefused(Status.Code.UNAUTHENTICATED, "client certificate of east.test", "Bearer");
  }
}
