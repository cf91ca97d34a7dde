package io.isthmus.mirror.peer;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A connection to one peer that is replaced by a fresh one once beats that were missed are answered
 * again, and when it is old: its watches may wait on TCP connections that are no more. It serves
 * until the fresh one has all that it has. Belongs to the Link's thread.
 */
public final class RenewedConnection implements AutoCloseable {
  /** The longest that a watch is silent unnoticed, where the beats' way is not the watch's. */
  static final Duration LIFE = Duration.ofMinutes(15);

  private final Supplier<PeerConnection> fresh;
  private final Runnable changed;
  private PeerConnection current;
  private Optional<PeerConnection> successor = Optional.empty();
  private Instant opened;

  /** Opens the first; the listener is called after one has replaced another. */
  public RenewedConnection(Supplier<PeerConnection> fresh, Runnable changed, Instant now) {
    this.fresh = fresh;
    this.changed = changed;
    this.current = fresh.get();
    this.opened = now;
    current.start();
  }

  /** To be called about once a second. Never waits for the peer. */
  public void tick(Instant now) {
    current.beat(now);
    if (!current.isAlive()) {
      abandonSuccessor();
    } else if (successor.filter(PeerConnection::canTakeOver).isPresent()) {
      succeed(successor.get());
    } else if (isOld(now) || (current.hasMissedBeats() && successor.isEmpty())) {
      abandonSuccessor();
      PeerConnection next = fresh.get();
      successor = Optional.of(next);
      opened = now;
      next.start();
    }
  }

  private boolean isOld(Instant now) {
    // either way: a clock may be set back
    return Duration.between(opened, now).abs().compareTo(LIFE) >= 0;
  }

  private void succeed(PeerConnection next) {
    current.close();
    current = next;
    successor = Optional.empty();
    changed.run();
  }

  private void abandonSuccessor() {
    successor.ifPresent(PeerConnection::close);
    successor = Optional.empty();
  }

  /** See {@link PeerConnection#isConnected}. */
  public boolean isConnected() {
    return current.isConnected();
  }

  /** See {@link PeerConnection#lists}. */
  public Optional<PeerLists> lists() {
    return current.lists();
  }

  /** See {@link PeerConnection#lastFailure}. */
  public Optional<Throwable> lastFailure() {
    return failing().lastFailure();
  }

  /** See {@link PeerConnection#isRefused}. */
  public boolean isRefused() {
    return failing().isRefused();
  }

  /** What keeps the fresh one from connecting is news; what broke the former one is not. */
  private PeerConnection failing() {
    return successor.filter(next -> next.lastFailure().isPresent()).orElse(current);
  }

  @Override
  public void close() {
    abandonSuccessor();
    current.close();
  }
}
