package io.isthmus.proxy.tunnel;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What will happen to a connection unless something else does before; one thing at a time. */
final class Deadline {
  private final EventLoop loop;
  private @Nullable Future<?> pending;

  Deadline(EventLoop loop) {
    this.loop = loop;
  }

  /** Takes the place of what was set before. */
  void set(Duration delay, Runnable task) {
    cancel();
    pending = loop.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  void cancel() {
    Future<?> set = pending;
    if (set != null) {
      set.cancel(false);
      pending = null;
    }
  }
}
