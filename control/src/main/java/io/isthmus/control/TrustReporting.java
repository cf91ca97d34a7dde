package io.isthmus.control;

import io.isthmus.control.enforcement.EnforcementPublisher;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The thread that writes what proxies enforce. It ends before their streams do: they verify on when
 * this process has gone, and are not to be missed in what it wrote last.
 */
final class TrustReporting implements AutoCloseable {
  private static final Duration LAST_WRITE = Duration.ofSeconds(2);

  private final EnforcementPublisher publisher;
  private final ScheduledExecutorService statuses =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("statuses").daemon().factory());

  TrustReporting(EnforcementPublisher publisher) {
    this.publisher = publisher;
  }

  void start() {
    long period = EnforcementPublisher.PERIOD.toMillis();
    statuses.scheduleWithFixedDelay(publisher::round, period, period, TimeUnit.MILLISECONDS);
  }

  /** Returns when nothing is written any more, or after {@code LAST_WRITE}. */
  @Override
  public void close() {
    statuses.shutdown();
    try {
      if (!statuses.awaitTermination(LAST_WRITE.toMillis(), TimeUnit.MILLISECONDS)) {
        statuses.shutdownNow();
      }
    } catch (InterruptedException e) {
      statuses.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
