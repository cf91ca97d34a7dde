package io.isthmus.proxy.identity;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Svid;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An SVID from the control plane, by a {@link CertificateCall} for each: the token alone
 * authenticates it, so an expired leaf renews like any other.
 *
 * <p>Renews at half-life, or earlier when told; after a failure with growing delays, while the old
 * SVID goes on to be current. One request is under way at a time. All on the connector's loop.
 */
public final class ControlPlaneSvidSource extends HeldSvid implements Renewal, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlPlaneSvidSource.class);
  private static final Duration FIRST_RETRY = Duration.ofMillis(200);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

  private final ControlPlaneConnector connector;
  private final CertificateCall.Wanted wanted;
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
    this.wanted = new CertificateCall.Wanted(expected, channel -> channel);
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
          .addKeyValue("id", wanted.id())
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
    CertificateCall.make(connector, wanted)
        .whenComplete((svid, failure) -> {
          if (svid != null) {
            accept(svid);
          } else {
            retry(String.valueOf(failure.getMessage()));
          }
        });
  }

  private void accept(Svid svid) {
    try {
      certified(svid);
    } catch (IllegalArgumentException e) { // no TLS context can be made of it
      retry("answer refused: " + e.getMessage());
    }
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
    Duration delay = schedule.retry(current(), clock.instant(), backoff.next());
    LOG.atWarn()
        .addKeyValue("id", wanted.id())
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
