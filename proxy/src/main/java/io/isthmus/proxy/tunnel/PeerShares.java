package io.isthmus.proxy.tunnel;

import io.isthmus.certs.SpiffeId;
import io.isthmus.proxy.memory.MemoryBudget;
import io.isthmus.proxy.memory.Windows;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one peer from shutting out another: no identity holds more than a number of tunnels, nor
 * more than three quarters of the memory budget. What it asks for shrinks before it is refused,
 * since many Pods may have one identity: a grant is at most two thirds of what is left to the peer,
 * and a quarter of its share is kept for tunnels with the smallest windows, as in the budget
 * itself. Safe on any thread.
 */
final class PeerShares {
  private final MemoryBudget budget;
  private final int tunnels;
  private final long bytes;
  private final ConcurrentMap<SpiffeId, Held> held = new ConcurrentHashMap<>();

  PeerShares(MemoryBudget budget, int tunnels) {
    this.budget = budget;
    this.tunnels = tunnels;
    // the smallest budget has room for one tunnel, which is somebody's
    this.bytes = Math.max(budget.total() / 4 * 3, MemoryBudget.SMALLEST_CONNECTION);
  }

  /** What became of a peer's wish for one more tunnel. */
  sealed interface Answer {}

  /** It may; to be closed with the tunnel. */
  static final class Share implements Answer, AutoCloseable {
    private final PeerShares shares;
    private final SpiffeId peer;
    private final Windows windows;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Share(PeerShares shares, SpiffeId peer, Windows windows) {
      this.shares = shares;
      this.peer = peer;
      this.windows = windows;
    }

    Windows windows() {
      return windows;
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        shares.giveBack(peer, windows.connection());
        windows.close();
      }
    }
  }

  /** It may not. */
  record Refused(AcceptRefusal reason) implements Answer {}

  Answer ask(SpiffeId peer) {
    while (true) {
      Held before = held.getOrDefault(peer, Held.NOTHING);
      int most = most(before.bytes());
      if (before.tunnels() >= tunnels) {
        return new Refused(AcceptRefusal.TOO_MANY_OF_PEER);
      }
      if (most == 0) {
        return new Refused(AcceptRefusal.MEMORY_OF_PEER_SPENT);
      }
      Optional<Windows> granted = budget.grant(most);
      if (granted.isEmpty()) {
        return new Refused(AcceptRefusal.OUT_OF_MEMORY);
      }
      Windows windows = granted.orElseThrow();
      if (replaced(peer, before, before.with(windows.connection()))) {
        return new Share(this, peer, windows);
      }
      windows.close(); // another loop was faster: what is left is another number now
    }
  }

  private int most(long before) {
    long left = bytes - before;
    if (left < MemoryBudget.SMALLEST_CONNECTION) {
      return 0;
    }
    return (int)
        Math.clamp((left - bytes / 4) / 3 * 2, MemoryBudget.SMALLEST_CONNECTION, Integer.MAX_VALUE);
  }

  private boolean replaced(SpiffeId peer, Held before, Held after) {
    return before.tunnels() == 0
        ? held.putIfAbsent(peer, after) == null
        : held.replace(peer, before, after);
  }

  private void giveBack(SpiffeId peer, int bytes) {
    held.computeIfPresent(peer, (id, before) -> before.without(bytes));
  }

  /** Tunnels that a peer holds. */
  int tunnels(SpiffeId peer) {
    return held.getOrDefault(peer, Held.NOTHING).tunnels();
  }

  private record Held(int tunnels, long bytes) {
    private static final Held NOTHING = new Held(0, 0);

    private Held with(int more) {
      return new Held(tunnels + 1, bytes + more);
    }

    /** Null, as the map has it, when nothing is left. */
    private @Nullable Held without(int less) {
      return tunnels == 1 ? null : new Held(tunnels - 1, bytes - less);
    }
  }
}
