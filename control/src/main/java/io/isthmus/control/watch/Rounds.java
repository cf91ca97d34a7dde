package io.isthmus.control.watch;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One round of work for all that asks for it before it begins. */
public final class Rounds {
  private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

  private final Executor executor;
  private final AtomicBoolean asked = new AtomicBoolean();

  /**
   * @param executor decides where, and how much later, a round runs
   */
  public Rounds(Executor executor) {
    this.executor = executor;
  }

  /** Any thread. */
  public void ask(Runnable round) {
    if (asked.compareAndSet(false, true)) {
      try {
        executor.execute(() -> {
          asked.set(false); // what changes from here on is for the next one
          round.run();
        });
      } catch (RejectedExecutionException e) {
        LOG.debug("no further round: the process is ending");
      }
    }
  }
}
