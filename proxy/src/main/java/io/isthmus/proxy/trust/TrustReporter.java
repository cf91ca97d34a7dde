package io.isthmus.proxy.trust;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.isthmus.proxy.identity.Backoff;
import io.isthmus.proxy.identity.CallFailure;
import io.isthmus.proxy.xds.ConnectionUser;
import io.netty.util.concurrent.ScheduledFuture;
import isthmus.trust.v1alpha1.ReportSummary;
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
 * Confined to the connection's loop.
 */
public final class TrustReporter implements ConnectionUser {
  private static final Logger LOG = LoggerFactory.getLogger(TrustReporter.class);
  private static final Duration PERIOD = Duration.ofSeconds(20);
  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(60);

  private final String pod;
  private final TrustUpdates trust;
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
  public TrustReporter(String pod, TrustUpdates trust, InstantSource clock) {
    this.pod = pod;
    this.trust = trust;
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
              pod, trust.enforcement(), trust.livePeers().byAnchor(), clock.instant()));
      double jittered = PERIOD.toNanos() * random.nextDouble(0.9, 1.1);
      schedule(this::report, Duration.ofNanos((long) jittered));
    }
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
  private final class Call implements StreamObserver<ReportSummary> {
    private final Shared shared;
    private final StreamObserver<TrustReport> requests;

    Call(Shared shared) {
      this.shared = shared;
      this.requests =
          ClientCalls.asyncClientStreamingCall(
              shared.channel().newCall(TrustReports.REPORT, shared.options()), this);
    }

    @Override
    public void onNext(ReportSummary summary) {}

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
