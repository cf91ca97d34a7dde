package io.isthmus.proxy.identity;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.Svid;
import java.time.Duration;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An SVID from the control plane, by a {@link CertificateCall} for each: the token alone
 * authenticates it, so an expired leaf renews like any other.
 *
 * <p>Renews at half-life; after a failure with growing delays, while the old SVID goes on to be
 * current. All on the connector's loop.
 */
public final class ControlPlaneSvidSource extends HeldSvid implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlPlaneSvidSource.class);
  private static final Duration LIFETIME = Duration.ofHours(24);
  private static final Duration FIRST_RETRY = Duration.ofMillis(200);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

  private final ControlPlaneConnector connector;
  private final CertificateCall.Wanted wanted;
  private final InstantSource clock;
  private final RenewalSchedule schedule;
  private final Backoff backoff;
  private volatile boolean closed;

  /**
   * @param expected the ID that this process has to have; any other is refused
   */
  public ControlPlaneSvidSource(
      ControlPlaneConnector connector, SpiffeId expected, InstantSource clock) {
    super("waiting for the control plane: check control-address");
    this.connector = connector;
    this.wanted = new CertificateCall.Wanted(expected, LIFETIME, channel -> channel);
    this.clock = clock;
    RandomGenerator random = RandomGenerator.getDefault();
    this.schedule = new RenewalSchedule(random);
    this.backoff = new Backoff(FIRST_RETRY, LONGEST_RETRY, random);
  }

  public void start() {
    connector.loop().execute(this::renew);
  }

  private void renew() {
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
    Duration delay = backoff.next();
    LOG.atWarn()
        .addKeyValue("id", wanted.id())
        .addKeyValue("reason", reason)
        .addKeyValue("retryIn", delay)
        .log("not certified");
    schedule(delay);
  }

  private void schedule(Duration delay) {
    connector.loop().schedule(this::renew, delay.toNanos(), NANOSECONDS);
  }

  @Override
  public void close() {
    closed = true;
  }
}
