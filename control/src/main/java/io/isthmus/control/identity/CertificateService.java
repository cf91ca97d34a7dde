package io.isthmus.control.identity;

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
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Certificates for keys that callers made themselves. The ID is the token's; a request that names
 * another one is refused, and one that names none is fine.
 */
public final class CertificateService
    extends IstioCertificateServiceGrpc.IstioCertificateServiceImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateService.class);

  private final Supplier<Issuer> issuer;
  private final Supplier<Duration> lifetime;
  private final MeterRegistry metrics;

  /**
   * @param lifetime of the next certificate, and the longest that one may ask for
   */
  public CertificateService(
      Supplier<Issuer> issuer, Supplier<Duration> lifetime, MeterRegistry metrics) {
    this.issuer = issuer;
    this.lifetime = lifetime;
    this.metrics = metrics;
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
    return issuer().issue(signing, id, lifetime(request.getValidityDuration()));
  }

  private Issuer issuer() throws StatusException {
    try {
      return issuer.get();
    } catch (IllegalStateException e) {
      throw Status.UNAVAILABLE.withDescription(e.getMessage()).withCause(e).asException();
    }
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
