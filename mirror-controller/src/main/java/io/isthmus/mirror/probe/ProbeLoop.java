package io.isthmus.mirror.probe;

import io.isthmus.api.link.GatewayAddress;
import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustBundle;
import io.isthmus.mirror.plan.Verdict;
import io.isthmus.mirror.thread.LinkThread;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Probes each address of one gateway, again and again, with jitter so that Links do not fall into
 * step. Every method is called on the executor's one thread, which all outcomes return to.
 */
public final class ProbeLoop implements AutoCloseable {
  private final GatewayProbe probe;
  private final ScheduledExecutorService thread;
  private final Duration interval;
  private final InstantSource clock;
  private final SortedMap<GatewayAddress, Liveness> addresses = new TreeMap<>();

  /** The probing of each address: an address that comes back begins another, and the old ends. */
  private final Map<GatewayAddress, Object> rounds = new HashMap<>();

  private Optional<SpiffeId> gateway = Optional.empty();
  private Optional<TrustBundle> bundle = Optional.empty();
  private Runnable changed = () -> {};
  private boolean closed;

  public ProbeLoop(
      GatewayProbe probe, ScheduledExecutorService thread, Duration interval, InstantSource clock) {
    this.probe = probe;
    this.thread = thread;
    this.interval = interval;
    this.clock = clock;
  }

  /** Is told after a verdict has changed, or why an address is dead. */
  public void onChange(Runnable listener) {
    changed = listener;
  }

  /** Who must answer; without a bundle every probe fails, and says so. */
  public void expect(SpiffeId identity, Optional<TrustBundle> anchors) {
    gateway = Optional.of(identity);
    bundle = anchors;
  }

  /** Probes exactly these from now on; those that stay keep what is known of them. */
  public void follow(Set<GatewayAddress> wanted) {
    addresses.keySet().retainAll(wanted);
    rounds.keySet().retainAll(wanted);
    Set<GatewayAddress> fresh = new HashSet<>(wanted);
    fresh.removeAll(addresses.keySet());
    for (GatewayAddress address : fresh) {
      Liveness unknown = Liveness.unknown(clock.instant());
      addresses.put(address, unknown);
      Object round = new Object();
      rounds.put(address, round);
      probe(address, round);
    }
  }

  /** What is probed; empty without a bundle to know the gateway by. */
  public List<ProbeTarget> targets() {
    return gateway.isEmpty() || bundle.isEmpty()
        ? List.of()
        : addresses.keySet().stream()
            .map(address -> new ProbeTarget(address, gateway.get(), bundle.get()))
            .toList();
  }

  public Map<GatewayAddress, Verdict> verdicts() {
    Map<GatewayAddress, Verdict> verdicts = new TreeMap<>();
    addresses.forEach((address, liveness) -> verdicts.put(address, liveness.verdict()));
    return verdicts;
  }

  public SortedMap<GatewayAddress, Liveness> liveness() {
    return new TreeMap<>(addresses);
  }

  private void probe(GatewayAddress address, Object round) {
    if (closed || rounds.get(address) != round) {
      return;
    }
    if (gateway.isEmpty() || bundle.isEmpty()) {
      ended(address, round, null, new IllegalStateException("no trust bundle of the peer yet"));
      return;
    }
    probe
        .probe(new ProbeTarget(address, gateway.get(), bundle.get()))
        .whenComplete(
            (rtt, failure) -> LinkThread.run(thread, () -> ended(address, round, rtt, failure)));
  }

  private void ended(
      GatewayAddress address, Object round, @Nullable Duration rtt, @Nullable Throwable failure) {
    Liveness before = addresses.get(address);
    if (closed || before == null || rounds.get(address) != round) {
      return;
    }
    Liveness after =
        rtt != null
            ? before.succeeded(clock.instant(), rtt)
            : before.failed(clock.instant(), ProbeFailure.of(failure));
    addresses.put(address, after);
    thread.schedule(() -> probe(address, round), jittered(interval), TimeUnit.NANOSECONDS);
    if (after.saysAnotherThingThan(before)) {
      changed.run();
    }
  }

  /** Between 80 and 120 per cent. */
  private static long jittered(Duration interval) {
    return (long) (interval.toNanos() * (0.8 + 0.4 * ThreadLocalRandom.current().nextDouble()));
  }

  @Override
  public void close() {
    closed = true;
    addresses.clear();
    rounds.clear();
  }
}
