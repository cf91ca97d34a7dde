package io.isthmus.proxy.identity;

import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.isthmus.certs.CertificateRequest;
import io.isthmus.certs.Pem;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Svid;
import io.netty.util.concurrent.ScheduledFuture;
import istio.v1.auth.IstioCertificateRequest;
import istio.v1.auth.IstioCertificateResponse;
import java.security.KeyPair;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An SVID from the control plane: a new key and a request for each, authenticated by the token
 * alone, so that an expired leaf renews like any other. What comes back counts only if it is valid
 * under the own bundle and is of exactly the expected ID.
 *
 * <p>Renews at half-life, or earlier when told; after a failure with growing delays, while the old
 * SVID goes on to be current. One request is under way at a time. All on the connector's loop.
 */
public final class ControlPlaneSvidSource extends HeldSvid implements Renewal, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlPlaneSvidSource.class);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration FIRST_RETRY = Duration.ofMillis(200);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

  private final ControlPlaneConnector connector;
  private final SpiffeId expected;
  private final InstantSource clock;
  private final RenewalSchedule schedule;
  private final Backoff backoff;
  private @Nullable ScheduledFuture<?> next;
  private volatile boolean closed;

  /** When, and how chance is had. */
  public record Timing(InstantSource clock, RandomGenerator random) {}

  /**
   * @param expected the ID that this process has to have; any other is refused
   */
  public ControlPlaneSvidSource(ControlPlaneConnector connector, SpiffeId expected, Timing timing) {
    super("waiting for the control plane: check control-address");
    this.connector = connector;
    this.expected = expected;
    this.clock = timing.clock();
    this.schedule = new RenewalSchedule(timing.random());
    this.backoff = new Backoff(FIRST_RETRY, LONGEST_RETRY, timing.random());
  }

  public void start() {
    connector.loop().execute(this::renew);
  }

  @Override
  public Optional<Renewal> renewal() {
    return Optional.of(this);
  }

  @Override
  public void within(Duration window) {
    connector.loop().execute(() -> advance(schedule.within(window)));
  }

  private void advance(Duration delay) {
    ScheduledFuture<?> due = next;
    if (due != null && due.getDelay(NANOSECONDS) > delay.toNanos() && due.cancel(false)) {
      LOG.atInfo()
          .addKeyValue("id", expected)
          .addKeyValue("renewalIn", delay)
          .log("renewal brought forward");
      schedule(delay);
    }
  }

  private void renew() {
    next = null;
    if (closed) {
      return;
    }
    KeyPair keys = CertificateRequest.newKeyPair();
    IstioCertificateRequest request =
        IstioCertificateRequest.newBuilder()
            .setCsr(Pem.encodeRequest(CertificateRequest.der(keys)))
            .build();
    Credentials.Token token = new Credentials.Token();
    ManagedChannel channel = connector.open(token);
    ClientCalls.asyncUnaryCall(
        channel.newCall(
            CertificateService.CREATE,
            connector.callOptions(token).withDeadlineAfter(CALL_TIMEOUT.toSeconds(), SECONDS)),
        request,
        new Answer(keys, channel));
  }

  /** Hears of one call; each ends in {@code onError} or {@code onCompleted}. */
  private final class Answer implements StreamObserver<IstioCertificateResponse> {
    private final KeyPair keys;
    private final ManagedChannel channel;
    private @Nullable IstioCertificateResponse response;

    Answer(KeyPair keys, ManagedChannel channel) {
      this.keys = keys;
      this.channel = channel;
    }

    @Override
    public void onNext(IstioCertificateResponse value) {
      response = value;
    }

    @Override
    public void onError(Throwable error) {
      channel.shutdownNow();
      connector.loop().execute(() -> retry(CallFailure.describe(Status.fromThrowable(error))));
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
        certified(verified(response, keys));
      } catch (StatusException | CertificateException | IllegalArgumentException e) {
        retry("answer refused: " + e.getMessage());
      }
    }
  }

  private Svid verified(IstioCertificateResponse response, KeyPair keys)
      throws CertificateException {
    List<X509Certificate> chain =
        Pem.decodeCertificates(String.join("\n", response.getCertChainList()));
    Svid svid = Svid.of(chain, keys.getPrivate());
    connector.verifyOwn(chain, expected);
    return svid;
  }

  private void certified(Svid svid) {
    if (closed) {
      return;
    }
    backoff.reset();
    Duration delay = schedule.delay(svid, clock.instant());
    LOG.atInfo()
        .addKeyValue("id", svid.id())
        .addKeyValue("notAfter", svid.notAfter())
        .addKeyValue("renewalIn", delay)
        .log("certified");
    schedule(delay);
    take(svid);
  }

  private void retry(String reason) {
    if (closed) {
      return;
    }
    fail(reason);
    Duration delay = backoff.next();
    LOG.atWarn()
        .addKeyValue("id", expected)
        .addKeyValue("reason", reason)
        .addKeyValue("retryIn", delay)
        .log("not certified");
    schedule(delay);
  }

  private void schedule(Duration delay) {
    next = connector.loop().schedule(this::renew, delay.toNanos(), NANOSECONDS);
  }

  @Override
  public void close() {
    closed = true;
  }
}
