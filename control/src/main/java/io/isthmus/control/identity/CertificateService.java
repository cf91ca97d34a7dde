package io.isthmus.control.identity;

import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.StreamObserver;
import io.isthmus.certs.Pem;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.issuing.InvalidRequestException;
import io.isthmus.certs.issuing.Issuer;
import io.isthmus.certs.issuing.SigningRequest;
import io.micrometer.core.instrument.MeterRegistry;
import istio.v1.auth.IstioCertificateRequest;
import istio.v1.auth.IstioCertificateResponse;
import istio.v1.auth.IstioCertificateServiceGrpc;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Certificates for keys that callers made themselves. The ID is the token's; a request that names
 * another one is refused, and one that names none is fine. The mirror controller may ask for one of
 * the issuer that waits to be switched to, as a canary.
 */
public final class CertificateService
    extends IstioCertificateServiceGrpc.IstioCertificateServiceImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateService.class);

  /** Long enough for a few rounds of handshakes; whoever else gets hold of one has no longer. */
  private static final Duration CANARY_LIFETIME = Duration.ofMinutes(10);

  private final Issuers issuers;
  private final Supplier<Duration> lifetime;
  private final MeterRegistry metrics;

  /**
   * What certificates come from.
   *
   * @param active for everybody
   * @param canary for canaries; empty while none is due
   * @param canaryId the one ID that canaries are of
   */
  public record Issuers(
      Supplier<Issuer> active, Supplier<Optional<Issuer>> canary, SpiffeId canaryId) {}

  /**
   * @param lifetime of the next certificate, and the longest that one may ask for
   */
  public CertificateService(Issuers issuers, Supplier<Duration> lifetime, MeterRegistry metrics) {
    this.issuers = issuers;
    this.lifetime = lifetime;
    this.metrics = metrics;
  }

  /** With what reads the wishes that go beside its requests. */
  public ServerServiceDefinition withWishes() {
    return ServerInterceptors.intercept(this, new IssuerWish.Reader());
  }

  @Override
  public void createCertificate(
      IstioCertificateRequest request, StreamObserver<IstioCertificateResponse> response) {
    Caller caller = Caller.current();
    try {
      List<X509Certificate> chain = sign(caller, request);
      count("issued");
      LOG.atDebug().addKeyValue("id", caller.id()).log("certificate issued");
      response.onNext(
          IstioCertificateResponse.newBuilder()
              .addAllCertChain(chain.stream().map(Pem::encode).toList())
              .build());
      response.onCompleted();
    } catch (StatusException e) {
      count(e.getStatus().getCode().name().toLowerCase(java.util.Locale.ROOT));
      LOG.atInfo()
          .addKeyValue("id", caller.id())
          .addKeyValue("reason", e.getStatus().getDescription())
          .log("certificate refused");
      response.onError(e);
    }
  }

  private List<X509Certificate> sign(Caller caller, IstioCertificateRequest request)
      throws StatusException {
    if (caller.proof() != Caller.Proof.TOKEN) {
      throw Status.UNAUTHENTICATED
          .withDescription(
              "a certificate is given for a token: expected 'authorization: Bearer <token>'")
          .asException();
    }
    SigningRequest signing = parse(request.getCsr());
    SpiffeId id = caller.id();
    if (!signing.uris().stream().allMatch(id.toString()::equals)) {
      throw Status.PERMISSION_DENIED
          .withDescription("the request names %s, the token is of %s".formatted(signing.uris(), id))
          .asException();
    }
    Duration asked = lifetime(request.getValidityDuration());
    try {
      return switch (IssuerWish.KEY.get()) {
        case ACTIVE -> issuers.active().get().issue(signing, id, asked);
        case NEXT ->
            canaryIssuer(id)
                .issue(signing, id, asked.compareTo(CANARY_LIFETIME) < 0 ? asked : CANARY_LIFETIME);
      };
    } catch (IllegalStateException e) { // it signs nothing: expired, revoked or lost
      throw Status.UNAVAILABLE.withDescription(e.getMessage()).withCause(e).asException();
    }
  }

  private Issuer canaryIssuer(SpiffeId id) throws StatusException {
    if (!id.equals(issuers.canaryId())) {
      throw Status.PERMISSION_DENIED
          .withDescription(
              "the token is of %s, canaries are of %s alone".formatted(id, issuers.canaryId()))
          .asException();
    }
    return issuers
        .canary()
        .get()
        .orElseThrow(() ->
            Status.FAILED_PRECONDITION
                .withDescription("no canary is due: the trust domain is not in DualTrust")
                .asException());
  }

  private static SigningRequest parse(String pem) throws StatusException {
    try {
      return SigningRequest.parse(Pem.decodeRequest(pem));
    } catch (InvalidRequestException | IllegalArgumentException e) {
      throw Status.INVALID_ARGUMENT
          .withDescription("csr: " + e.getMessage())
          .withCause(e)
          .asException();
    }
  }

  /** What was asked for, but never more than the trust domain's; that where nothing was. */
  private Duration lifetime(long seconds) {
    Duration longest = lifetime.get();
    return seconds <= 0 || seconds > longest.toSeconds() ? longest : Duration.ofSeconds(seconds);
  }

  private void count(String result) {
    metrics.counter("isthmus.certificates", "result", result).increment();
  }
}
