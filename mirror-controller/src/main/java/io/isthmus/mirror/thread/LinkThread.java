package io.isthmus.mirror.thread;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Where outcomes return to. */
public final class LinkThread {
  private LinkThread() {}

  /** Runs it there, or never: with the Link goes its thread, and nobody wants the outcome. */
  public static void run(Executor thread, Runnable task) {
    try {
      thread.execute(task);
    } catch (RejectedExecutionException e) {
      // the Link is gone
      return;
    }
  }
}
