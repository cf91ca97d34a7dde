package io.isthmus.control.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.isthmus.certs.CertificateRequest;
import io.isthmus.certs.Pem;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.certs.testing.TestCa;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import istio.v1.auth.IstioCertificateRequest;
import istio.v1.auth.IstioCertificateResponse;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;

final class CertificateServiceTest {
  private static final TestCa EAST = TestCa.create("east.test");
  private static final SpiffeId HELLO = EAST.id("shop", "hello");
  private Duration lifetime = Duration.ofHours(24);
  private static final SpiffeId MIRROR = EAST.id("isthmus-system", "isthmus-mirror-controller");
  private static final TestCa NEXT = TestCa.create("east.test");
  private Optional<Issuer> next = Optional.of(NEXT.issuer());
  private final CertificateService service =
      new CertificateService(
          new CertificateService.Issuers(EAST::issuer, () -> next, MIRROR),
          () -> lifetime,
          new SimpleMeterRegistry());

  /** What came of a call. */
  private static final class Outcome implements StreamObserver<IstioCertificateResponse> {
    private final CompletableFuture<IstioCertificateResponse> response = new CompletableFuture<>();
    private Status status = Status.OK;

    @Override
    public void onNext(IstioCertificateResponse value) {
      response.complete(value);
    }

    @Override
    public void onError(Throwable error) {
      status = Status.fromThrowable(error);
    }

    @Override
    public void onCompleted() {}
  }

  private Outcome ask(Caller.Proof proof, String csr, long seconds) {
    return ask(new Caller(HELLO, proof), IssuerWish.ACTIVE, csr, seconds);
  }

  private Outcome canary(Caller caller, long seconds) throws Exception {
    return ask(caller, IssuerWish.NEXT, request(), seconds);
  }

  private Outcome ask(Caller caller, IssuerWish wish, String csr, long seconds) {
    Outcome outcome = new Outcome();
    Context.current()
        .withValue(Caller.KEY, caller)
        .withValue(IssuerWish.KEY, wish)
        .run(() ->
            service.createCertificate(
                IstioCertificateRequest.newBuilder()
                    .setCsr(csr)
                    .setValidityDuration(seconds)
                    .build(),
                outcome));
    return outcome;
  }

  private static String request(String... uris) throws Exception {
    KeyPair keys = CertificateRequest.newKeyPair();
    if (uris.length == 0) {
      return Pem.encodeRequest(CertificateRequest.der(keys));
    }
    List<GeneralName> names =
        java.util.Arrays.stream(uris)
            .map(uri -> new GeneralName(GeneralName.uniformResourceIdentifier, uri))
            .toList();
    ExtensionsGenerator extensions = new ExtensionsGenerator();
    extensions.addExtension(
        Extension.subjectAlternativeName,
        true,
        new GeneralNames(names.toArray(GeneralName[]::new)));
    return Pem.encodeRequest(
        new JcaPKCS10CertificationRequestBuilder(new X500Name(""), keys.getPublic())
            .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
            .getEncoded());
  }

  private static X509Certificate leaf(Outcome outcome) {
    return Pem.decodeCertificates(outcome.response.join().getCertChain(0)).getFirst();
  }

  @Test
  void requestThatNamesNobodyOrTheTokensIdIsSigned() throws Exception {
    for (String csr : List.of(request(), request(HELLO.toString()))) {
      X509Certificate leaf = leaf(ask(Caller.Proof.TOKEN, csr, 0));
      assertThat(leaf.getSubjectAlternativeNames()).containsExactly(List.of(6, HELLO.toString()));
    }
  }

  @Test
  void requestThatNamesAnotherIdIsRefusedNamingBoth() throws Exception {
    String other = EAST.id("bank", "vault").toString();
    for (String csr : List.of(request(other), request(HELLO.toString(), other))) {
      Outcome outcome = ask(Caller.Proof.TOKEN, csr, 0);
      assertThat(outcome.status.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(outcome.status.getDescription()).contains(other, HELLO.toString());
      assertThat(outcome.response).isNotDone();
    }
  }

  @Test
  void certificateIsNoProofForAnother() throws Exception {
    assertThat(ask(Caller.Proof.CERTIFICATE, request(), 0).status.getCode())
        .isEqualTo(Status.Code.UNAUTHENTICATED);
  }

  @Test
  void garbageIsNoRequest() {
    assertThat(ask(Caller.Proof.TOKEN, "garbage", 0).status.getCode())
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void lifeIsWhatWasAskedForButNeverLongerThanTheTrustDomains() throws Exception {
    assertThat(life(3_600)).isLessThan(Duration.ofHours(2));
    assertThat(life(Long.MAX_VALUE)).isEqualTo(life(0)).isLessThan(Duration.ofHours(25));
  }

  @Test
  void lifetimeThatIsChangedCountsForTheNextCertificate() throws Exception {
    Duration before = life(0);
    lifetime = Duration.ofHours(1);
    assertThat(before.minus(life(0))).isEqualTo(Duration.ofHours(23));
  }

  private Duration life(long seconds) throws Exception {
    return life(leaf(ask(Caller.Proof.TOKEN, request(), seconds)));
  }

  private static Duration life(X509Certificate leaf) {
    return Duration.between(leaf.getNotBefore().toInstant(), leaf.getNotAfter().toInstant());
  }

  @Test
  void mirrorControllerGetsACanaryOfTheNextIssuerForMinutes() throws Exception {
    Caller mirror = new Caller(MIRROR, Caller.Proof.TOKEN);
    for (long seconds : List.of(0L, 86_400L)) {
      X509Certificate leaf = leaf(canary(mirror, seconds));
      leaf.verify(NEXT.issuer().certificate().getPublicKey());
      assertThat(leaf.getSubjectAlternativeNames()).containsExactly(List.of(6, MIRROR.toString()));
      assertThat(life(leaf)).isLessThanOrEqualTo(Duration.ofMinutes(15)); // back-dated by 5
    }
    leaf(ask(mirror, IssuerWish.ACTIVE, request(), 0))
        .verify(EAST.issuer().certificate().getPublicKey());
  }

  @Test
  void nobodyElseGetsACanary() throws Exception {
    for (SpiffeId other : List.of(HELLO, EAST.id("shop", "isthmus-mirror-controller"))) {
      Outcome outcome = canary(new Caller(other, Caller.Proof.TOKEN), 0);
      assertThat(outcome.status.getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(outcome.status.getDescription()).contains(other.toString(), MIRROR.toString());
      assertThat(outcome.response).isNotDone();
    }
    assertThat(canary(new Caller(MIRROR, Caller.Proof.CERTIFICATE), 0).status.getCode())
        .isEqualTo(Status.Code.UNAUTHENTICATED);
  }

  @Test
  void noCanaryIsGivenWhenNoneIsDue() throws Exception {
    next = Optional.empty();
    Outcome outcome = canary(new Caller(MIRROR, Caller.Proof.TOKEN), 0);
    assertThat(outcome.status.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    assertThat(outcome.response).isNotDone();
  }
}
