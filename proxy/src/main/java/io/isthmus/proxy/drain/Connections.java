package io.isthmus.proxy.drain;

import io.isthmus.proxy.config.MeshConfig;
import io.isthmus.proxy.relay.EndReason;
import io.isthmus.proxy.relay.Leg;
import io.isthmus.proxy.relay.Relay;
import io.isthmus.proxy.relay.RelayObserver;
import io.isthmus.proxy.relay.RelayOutcome;
import io.netty.channel.EventLoop;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The relayed connections of this process. Safe on any thread. */
public final class Connections {
  private final Set<Tracked> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connecting = new AtomicInteger();
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private volatile boolean draining;

  /** Says, for a later configuration, why a connection may no longer be; empty: it may. */
  @FunctionalInterface
  public interface Permission {
    Permission ALWAYS = config -> Optional.empty();

    Optional<String> denialBy(MeshConfig config);
  }

  /** Two legs that are about to be joined, on their loop. */
  public record Joint(EventLoop loop, Leg caller, Leg target, RelayObserver observer) {}

  /** A connection was accepted and its target is being looked for; {@link #settled} follows. */
  public void connecting() {
    connecting.incrementAndGet();
  }

  /** It was refused, or its relay has been started. */
  public void settled() {
    connecting.decrementAndGet();
    completeIfEmpty();
  }

  /** Starts the relay and keeps an eye on it until it ends. On the joint's loop. */
  public void relay(Joint joint, Permission permission, Supplier<MeshConfig> current) {
    Tracked tracked = new Tracked(joint.loop(), joint.observer(), permission);
    open.add(tracked);
    // Only now, so that no change is missed: it may have come while the target was connected.
    Optional<String> denial = permission.denialBy(current.get());
    if (denial.isPresent()) {
      joint.caller().abort();
      joint.target().abort();
      tracked.onEnd(RelayOutcome.refused(EndReason.DENIED_LATER, denial.orElseThrow()));
      return;
    }
    tracked.relay = Optional.of(Relay.start(joint.caller(), joint.target(), tracked));
  }

  /** Cuts the connections that a newer configuration denies. */
  public void reevaluate(MeshConfig config) {
    onEach(tracked -> {
      tracked
          .permission
          .denialBy(config)
          .ifPresent(why -> tracked.cut(EndReason.DENIED_LATER, why));
    });
  }

  /** Completes when the last connection has ended, those that are being made included. */
  public CompletableFuture<Void> whenEmpty() {
    draining = true;
    completeIfEmpty();
    return drained;
  }

  public void cutAll(EndReason reason, String detail) {
    onEach(tracked -> tracked.cut(reason, detail));
  }

  public int count() {
    return open.size();
  }

  private void onEach(Consumer<Tracked> action) {
    for (Tracked tracked : open) {
      tracked.loop.execute(() -> action.accept(tracked));
    }
  }

  private void completeIfEmpty() {
    if (draining && connecting.get() == 0 && open.isEmpty()) {
      drained.complete(null);
    }
  }

  private final class Tracked implements RelayObserver {
    private final EventLoop loop;
    private final RelayObserver observer;
    private final Permission permission;
    private Optional<Relay> relay = Optional.empty();

    private Tracked(EventLoop loop, RelayObserver observer, Permission permission) {
      this.loop = loop;
      this.observer = observer;
      this.permission = permission;
    }

    private void cut(EndReason reason, String detail) {
      relay.ifPresent(r -> r.cut(reason, detail));
    }

    @Override
    public void onSent(int bytes) {
      observer.onSent(bytes);
    }

    @Override
    public void onReceived(int bytes) {
      observer.onReceived(bytes);
    }

    @Override
    public void onEnd(RelayOutcome outcome) {
      open.remove(this);
      observer.onEnd(outcome);
      completeIfEmpty();
    }
  }
}
