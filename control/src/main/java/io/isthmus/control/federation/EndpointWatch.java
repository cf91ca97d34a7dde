package io.isthmus.control.federation;

import io.isthmus.api.Condition;
import io.micrometer.core.instrument.Gauge;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at one endpoint again and again, on a virtual thread of its own. */
final class EndpointWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EndpointWatch.class);

  private final BundleFollowing following;
  private final Federation.Reporting reporting;
  private final RefreshPace pace;
  private final InstantSource clock;
  private final Gauge age;
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread;
  private volatile FederatedDomain domain;
  private volatile Instant lastGood;
  private volatile boolean closed;
  private int failures;

  EndpointWatch(
      FederatedDomain domain,
      BundleFollowing.Sources sources,
      Federation.Reporting reporting,
      RefreshPace pace) {
    this.domain = domain;
    this.following = new BundleFollowing(sources);
    this.reporting = reporting;
    this.pace = pace;
    this.clock = sources.clock();
    this.lastGood = clock.instant();
    this.age =
        Gauge.builder("isthmus.bundle.age.seconds", this, EndpointWatch::ageSeconds)
            .description("since a bundle endpoint last gave a good bundle")
            .tag("trust_domain", domain.trustDomain().name())
            .register(reporting.metrics());
    this.thread = Thread.ofVirtual().name("bundle-" + domain.name()).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  String uid() {
    return domain.uid();
  }

  /** The object as it is now; another endpoint is looked at at once. */
  void follow(FederatedDomain now) {
    boolean other = !now.endpoint().equals(domain.endpoint());
    domain = now;
    if (other) {
      wake.release();
    }
  }

  /** Since the last good look, or since it began to look. */
  private double ageSeconds() {
    return Duration.between(lastGood, clock.instant()).toMillis() / 1000.0;
  }

  private void run() {
    try {
      while (!closed) {
        Duration delay = round();
        if (wake.tryAcquire(delay.toMillis(), TimeUnit.MILLISECONDS)) {
          wake.drainPermits();
        }
      }
    } catch (InterruptedException e) {
      LOG.atDebug().addKeyValue("trust_domain", domain.trustDomain()).log("no longer followed");
    }
  }

  /** Returns how long to wait. */
  private Duration round() throws InterruptedException {
    FederatedDomain now = domain;
    Look look = following.look(now);
    if (closed) {
      return Duration.ZERO;
    }
    Duration hint = RefreshPace.hint(look.inForce());
    switch (look) {
      case Look.Good _ -> {
        lastGood = clock.instant();
        failures = 0;
        count(now, "ok");
      }
      case Look.Failed failed -> {
        failures++;
        count(now, failed.failure().word());
      }
    }
    report(now, FreshnessRule.judge(now, look, Duration.between(lastGood, clock.instant())));
    return failures == 0 ? pace.afterSuccess(hint) : pace.afterFailures(failures, hint);
  }

  private void count(FederatedDomain now, String result) {
    reporting
        .metrics()
        .counter(
            "isthmus.bundle.fetches", "trust_domain", now.trustDomain().name(), "result", result)
        .increment();
  }

  private void report(FederatedDomain now, Condition condition) {
    if (domain.said().filter(condition::saysTheSameAs).isPresent()) {
      reporting.freshness().forget(now.name()); // something older that could not be written
      return;
    }
    (condition.status().equals(Condition.TRUE) ? LOG.atInfo() : LOG.atWarn())
        .addKeyValue("trust_domain", now.trustDomain())
        .addKeyValue("reason", condition.reason())
        .addKeyValue("message", condition.message())
        .log("freshness of a bundle");
    reporting.freshness().found(now.name(), condition);
    reporting.changed().run();
  }

  @Override
  public void close() {
    closed = true; // the Kubernetes client is known to swallow interrupts
    thread.interrupt();
    reporting.metrics().remove(age);
    reporting.freshness().forget(domain.name());
  }
}
