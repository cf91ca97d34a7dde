package io.isthmus.proxy.memory;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Grants windows to connections so that their sum never exceeds the budget. A quarter of the budget
 * is kept for connections with the smallest window, so that a few rich ones never shut out many; of
 * the rest, a connection gets a third of what is left. When less is left than HTTP/2's own initial
 * window, there is no grant, and so no connection. A grant is fixed for the connection's life: what
 * rich times gave comes back by the bounded age of tunnels.
 */
public final class MemoryBudget {
  public static final long DEFAULT_BYTES = 64L << 20;

  static final int LARGEST_CONNECTION = 16 << 20;

  /** HTTP/2 starts every connection window here, and SETTINGS cannot lower it. */
  public static final int SMALLEST_CONNECTION = 64 << 10;

  /** Several streams fill a connection window; one must not starve the others. */
  private static final int STREAMS_IN_CONNECTION = 4;

  private final long total;
  private final AtomicLong granted = new AtomicLong();
  private final AtomicInteger grants = new AtomicInteger();

  public MemoryBudget(long total) {
    if (total < SMALLEST_CONNECTION) {
      throw new IllegalArgumentException(
          "memory budget of %d bytes: expected at least %d, the window of one connection"
              .formatted(total, SMALLEST_CONNECTION));
    }
    this.total = total;
  }

  /** Windows for one connection; empty when the budget is spent. To be closed with it. */
  public Optional<Windows> grant() {
    return grant(LARGEST_CONNECTION);
  }

  /** As {@link #grant()}, for one who gets no more than {@code most} bytes. */
  public Optional<Windows> grant(int most) {
    while (true) {
      long before = granted.get();
      int size = Math.min(sizeOf(total - before, total / 4), most - most % SMALLEST_CONNECTION);
      if (size == 0) {
        return Optional.empty();
      }
      if (granted.compareAndSet(before, before + size)) {
        grants.incrementAndGet();
        return Optional.of(new Windows(this, size / STREAMS_IN_CONNECTION, size));
      }
    }
  }

  private static int sizeOf(long left, long reserve) {
    if (left < SMALLEST_CONNECTION) {
      return 0;
    }
    int third = Math.clamp((left - reserve) / 3, SMALLEST_CONNECTION, LARGEST_CONNECTION);
    return third - third % SMALLEST_CONNECTION;
  }

  void giveBack(int bytes) {
    granted.addAndGet(-bytes);
    grants.decrementAndGet();
  }

  /** Bytes of the budget. */
  public long total() {
    return total;
  }

  /** Bytes granted now. */
  public long granted() {
    return granted.get();
  }

  /** Connections that hold a grant. */
  public int grants() {
    return grants.get();
  }
}
