package io.isthmus.proxy.identity;

import io.isthmus.certs.Svid;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What every source does with what it gets: the last good SVID is held until another good one
 * comes, whatever fails in between. Written on the source's thread, read on any.
 */
public abstract class HeldSvid implements SvidSource {
  private final List<Consumer<Svid>> subscribers = new CopyOnWriteArrayList<>();
  private final AtomicLong failures = new AtomicLong();
  private volatile @Nullable Svid current;
  private volatile @Nullable String trouble;

  /**
   * @param waiting for what, and what to check; said until the source has more to say
   */
  protected HeldSvid(String waiting) {
    this.trouble = waiting;
  }

  @Override
  public final Optional<Svid> current() {
    return Optional.ofNullable(current);
  }

  @Override
  public final AutoCloseable subscribe(Consumer<Svid> subscriber) {
    subscribers.add(subscriber);
    return () -> subscribers.remove(subscriber);
  }

  @Override
  public final Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  @Override
  public final long failures() {
    return failures.get();
  }

  /** Becomes current; subscribers hear of it. */
  protected final void take(Svid svid) {
    current = svid;
    trouble = null;
    subscribers.forEach(subscriber -> subscriber.accept(svid));
  }

  /** The source is well, and has nothing new. */
  protected final void confirm() {
    trouble = null;
  }

  /** Nothing became current, but it may be too early to call that a failure. */
  protected final void suspect(String reason) {
    trouble = reason;
  }

  protected final void fail(String reason) {
    failures.incrementAndGet();
    trouble = reason;
  }
}
