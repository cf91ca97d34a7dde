package io.isthmus.mirror.names;

import io.isthmus.mirror.thread.LinkThread;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks for one mirror's name, again and again. A failure counts when the next question fails too: a
 * mirror is there a moment before its name. Every method is called on the executor's one thread,
 * which all outcomes return to.
 */
public final class NameLoop implements AutoCloseable {
  static final Duration AGAIN = Duration.ofSeconds(30);

  /** After a failure. */
  static final Duration RETRY = Duration.ofSeconds(5);

  private final NameProbe probe;
  private final ScheduledExecutorService thread;
  private Runnable changed = () -> {};
  private Optional<MirrorName> wanted = Optional.empty();
  private Optional<NameReport> report = Optional.empty();
  private boolean hasFailed;

  /** The series of questions that is under way; one of before another name was wanted ends. */
  private Object series = new Object();

  public NameLoop(NameProbe probe, ScheduledExecutorService thread) {
    this.probe = probe;
    this.thread = thread;
  }

  /** Is told after {@link #report} has come to say something else. */
  public void onChange(Runnable listener) {
    changed = listener;
  }

  /** Asks for this from now on, and at once if it is another; for nothing where it is empty. */
  public void follow(Optional<MirrorName> name) {
    if (!name.equals(wanted)) {
      wanted = name;
      report = Optional.empty();
      hasFailed = false;
      series = new Object();
      ask(series);
    }
  }

  /** What came of the last question; empty before, and where none can be asked. */
  public Optional<NameReport> report() {
    return report;
  }

  private void ask(Object current) {
    if (series == current) {
      wanted
          .flatMap(probe::ask)
          .ifPresent(asked ->
              asked.whenComplete(
                  (came, lost) -> LinkThread.run(thread, () -> ended(current, came))));
    }
  }

  private void ended(Object current, @Nullable NameReport came) {
    if (series != current) {
      return;
    }
    boolean failed = came == null || came.isFailure();
    Optional<NameReport> before = report;
    if (!failed || hasFailed) {
      report = Optional.ofNullable(came);
    }
    hasFailed = failed;
    thread.schedule(() -> ask(current), (failed ? RETRY : AGAIN).toMillis(), TimeUnit.MILLISECONDS);
    if (!report.equals(before)) {
      changed.run();
    }
  }

  @Override
  public void close() {
    follow(Optional.empty());
  }
}
