package io.isthmus.proxy.identity;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.isthmus.certs.CertificateRequest;
import io.isthmus.certs.Pem;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Svid;
import istio.v1.auth.IstioCertificateRequest;
import istio.v1.auth.IstioCertificateResponse;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One request to the control plane for an SVID, with a new key, authenticated by the token alone.
 * What comes back counts only if it is valid under the own bundle and is of exactly the expected
 * ID. On the connector's loop.
 */
final class CertificateCall implements StreamObserver<IstioCertificateResponse> {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final ControlPlaneConnector connector;
  private final Wanted wanted;
  private final KeyPair keys = CertificateRequest.newKeyPair();
  private final Credentials.Token token = new Credentials.Token();
  private final ManagedChannel channel;
  private final CompletableFuture<Svid> result = new CompletableFuture<>();
  private @Nullable IstioCertificateResponse response;

  /**
   * @param id any other is refused
   * @param marks what goes beside the request
   */
  record Wanted(SpiffeId id, UnaryOperator<Channel> marks) {}

  private CertificateCall(ControlPlaneConnector connector, Wanted wanted) {
    this.connector = connector;
    this.wanted = wanted;
    this.channel = connector.open(token);
  }

  /** Completes on the loop; fails with {@link NotCertifiedException}. */
  static CompletableFuture<Svid> make(ControlPlaneConnector connector, Wanted wanted) {
    CertificateCall call = new CertificateCall(connector, wanted);
    call.begin();
    return call.result;
  }

  private void begin() {
    IstioCertificateRequest request =
        IstioCertificateRequest.newBuilder()
            .setCsr(Pem.encodeRequest(CertificateRequest.der(keys)))
            .build();
    ClientCalls.asyncUnaryCall(
        wanted
            .marks()
            .apply(channel)
            .newCall(
                CertificateService.CREATE,
                connector.callOptions(token).withDeadlineAfter(TIMEOUT.toSeconds(), SECONDS)),
        request,
        this);
  }

  @Override
  public void onNext(IstioCertificateResponse value) {
    response = value;
  }

  @Override
  public void onError(Throwable error) {
    channel.shutdownNow();
    connector.loop().execute(() -> fail(CallFailure.describe(Status.fromThrowable(error))));
  }

  @Override
  public void onCompleted() {
    channel.shutdown();
    connector.loop().execute(this::accept);
  }

  private void accept() {
    try {
      if (response == null) {
        throw new StatusException(Status.INTERNAL.withDescription("no response"));
      }
      result.complete(verified(response));
    } catch (StatusException | CertificateException | IllegalArgumentException e) {
      fail("answer refused: " + e.getMessage());
    }
  }

  private Svid verified(IstioCertificateResponse answer) throws CertificateException {
    List<X509Certificate> chain =
        Pem.decodeCertificates(String.join("\n", answer.getCertChainList()));
    Svid svid = Svid.of(chain, keys.getPrivate());
    connector.verifyOwn(chain, wanted.id());
    return svid;
  }

  private void fail(String reason) {
    result.completeExceptionally(new NotCertifiedException(reason));
  }
}
