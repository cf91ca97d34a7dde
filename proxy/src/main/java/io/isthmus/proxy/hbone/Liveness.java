package io.isthmus.proxy.hbone;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Gives up a peer that went silent: PING after an interval without a byte from it, the end after a
 * time-out without a byte behind the PING. Any byte proves life, since under load an answer queues
 * behind megabytes of DATA. Also bounds the time that the peer may take to acknowledge SETTINGS.
 */
final class Liveness {

  private final Session session;
  private final Keepalive keepalive;
  private final FloodGuard floods;
  private final List<Future<?>> timers = new ArrayList<>(2);
  private boolean heard;
  private long pings;
  private boolean awaiting;
  private int settingsSent;
  private int settingsAcked;

  Liveness(Session session, Keepalive keepalive, FloodGuard floods) {
    this.session = session;
    this.keepalive = keepalive;
    this.floods = floods;
  }

  void start(EventExecutor executor) {
    long interval = keepalive.interval().toNanos();
    timers.add(
        executor.scheduleWithFixedDelay(this::tick, interval, interval, TimeUnit.NANOSECONDS));
  }

  void stop() {
    timers.forEach(timer -> timer.cancel(false));
  }

  /** Bytes came from the peer. */
  void heard() {
    heard = true;
    awaiting = false;
  }

  void settingsSent() {
    int number = ++settingsSent;
    after(() -> {
      if (settingsAcked < number) {
        session.fault(
            new ConnectionFault(
                ErrorCode.SETTINGS_TIMEOUT,
                "SETTINGS not acknowledged within " + keepalive.timeout()));
      }
    });
  }

  void settingsAcked() throws ConnectionFault {
    if (settingsAcked == settingsSent) {
      throw new ConnectionFault(
          ErrorCode.PROTOCOL_ERROR, "acknowledges SETTINGS that were not sent");
    }
    settingsAcked++;
  }

  private void tick() {
    floods.newWindow();
    if (heard) {
      heard = false;
    } else if (!awaiting) {
      awaiting = true;
      long number = ++pings;
      session.writer().ping(0, number);
      session.sender().flushSoon();
      after(() -> {
        if (awaiting && pings == number) {
          session.failed("no answer to a PING within " + keepalive.timeout());
        }
      });
    }
  }

  private void after(Runnable check) {
    ScheduledFuture<?> timer =
        session.eventLoop().schedule(check, keepalive.timeout().toNanos(), TimeUnit.NANOSECONDS);
    timers.removeIf(Future::isDone);
    timers.add(timer);
  }
}
