package io.isthmus.proxy.trust;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.Svid;
import io.isthmus.proxy.identity.Backoff;
import io.isthmus.proxy.identity.CallFailure;
import io.isthmus.proxy.identity.SvidSource;
import io.isthmus.proxy.xds.ConnectionUser;
import io.netty.util.concurrent.ScheduledFuture;
import isthmus.trust.v1alpha1.IssuerAnnouncement;
import isthmus.trust.v1alpha1.TrustReport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Tells the control plane what is enforced: at once when that changes, else every 20 s, give or
 * take a tenth so that a fleet does not speak in chorus. The call is opened again with growing
 * delays whenever it ends; a control plane that knows no reports costs nothing more than that.
 *
 * <p>What comes back says which issuer leaves are of now: when the own one is of another, a new one
 * is asked for within the time that is given. Confined to the connection's loop.
 */
public final class TrustReporter implements ConnectionUser {
  private static final Logger LOG = LoggerFactory.getLogger(TrustReporter.class);
  private static final Duration PERIOD = Duration.ofSeconds(20);
  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(60);
  private static final Duration LONGEST_WINDOW = Duration.ofHours(1);

  private final String pod;
  private final TrustUpdates trust;
  private final SvidSource svids;
  private final InstantSource clock;
  private final RandomGenerator random = RandomGenerator.getDefault();
  private final Backoff backoff = new Backoff(FIRST_RETRY, LONGEST_RETRY, random);
  private volatile @Nullable Shared connection;
  private @Nullable Call call;
  private @Nullable ScheduledFuture<?> next;
  private boolean complained;

  /**
   * @param pod whose proxy this is, as the control plane's discovery was told
   */
  public TrustReporter(String pod, TrustUpdates trust, SvidSource svids, InstantSource clock) {
    this.pod = pod;
    this.trust = trust;
    this.svids = svids;
    this.clock = clock;
    trust.subscribe(this::changed);
  }

  @Override
  public void onOpened(Shared opened) {
    connection = opened;
    complained = false;
    backoff.reset();
    open();
  }

  @Override
  public void onClosed() {
    connection = null;
    call = null;
    cancelNext();
  }

  /** Any thread. */
  private void changed() {
    Shared shared = connection;
    if (shared != null) {
      shared.loop().execute(this::report);
    }
  }

  private void open() {
    Shared shared = connection;
    if (shared != null) {
      call = new Call(shared);
      report();
    }
  }

  private void report() {
    Call open = call;
    if (open != null) {
      open.requests.onNext(
          TrustReports.message(
                  pod, trust.enforcement(), trust.livePeers().byAnchor(), clock.instant())
              .toBuilder()
              .setRenewsWhenTold(svids.renewal().isPresent())
              .build());
      double jittered = PERIOD.toNanos() * random.nextDouble(0.9, 1.1);
      schedule(this::report, Duration.ofNanos((long) jittered));
    }
  }

  /** One attempt for each announcement; the source goes on by itself where that one fails. */
  private void announced(Call which, IssuerAnnouncement announcement) {
    String named = announcement.getIssuerSha256();
    if (which == call && !named.isEmpty() && isOfAnotherIssuer(named)) {
      Duration window =
          Duration.ofMillis(
              Math.clamp(announcement.getRenewWithinMillis(), 0, LONGEST_WINDOW.toMillis()));
      LOG.atInfo()
          .addKeyValue("issuer", named)
          .addKeyValue("within", window)
          .log("the control plane issues from another issuer, renewing");
      svids.renewal().ifPresent(renewal -> renewal.within(window));
    }
  }

  /** Of the SVID that is held, which may be in force only later. */
  private boolean isOfAnotherIssuer(String named) {
    return svids
        .current()
        .map(Svid::chain)
        .filter(chain -> chain.size() > 1)
        .filter(chain -> !Fingerprint.of(chain.get(1)).equals(named))
        .isPresent();
  }

  private void ended(Call which, String reason) {
    if (which != call) {
      return;
    }
    call = null;
    Duration delay = backoff.next();
    LOG.atLevel(complained ? Level.DEBUG : Level.WARN)
        .addKeyValue("reason", reason)
        .addKeyValue("retryIn", delay)
        .log("the control plane takes no trust reports");
    complained = true;
    schedule(this::open, delay);
  }

  private void schedule(Runnable task, Duration delay) {
    cancelNext();
    Shared shared = connection;
    if (shared != null) {
      next = shared.loop().schedule(task, delay.toNanos(), NANOSECONDS);
    }
  }

  private void cancelNext() {
    if (next != null) {
      next.cancel(false);
      next = null;
    }
  }

  /** One call, which ends in {@code onError} or {@code onCompleted}. */
  private final class Call implements StreamObserver<IssuerAnnouncement> {
    private final Shared shared;
    private final StreamObserver<TrustReport> requests;

    Call(Shared shared) {
      this.shared = shared;
      this.requests =
          ClientCalls.asyncBidiStreamingCall(
              shared.channel().newCall(TrustReports.REPORT, shared.options()), this);
    }

    @Override
    public void onNext(IssuerAnnouncement announcement) {
      shared.loop().execute(() -> announced(this, announcement));
    }

    @Override
    public void onError(Throwable error) {
      String reason = CallFailure.describe(Status.fromThrowable(error));
      shared.loop().execute(() -> ended(this, reason));
    }

    @Override
    public void onCompleted() {
      shared.loop().execute(() -> ended(this, "it ended the call"));
    }
  }
}
