package io.isthmus.mirror.probe;

import io.isthmus.api.link.GatewayAddress;
import io.isthmus.mirror.thread.LinkThread;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Measures the path to each address of one gateway, seldom, and one measurement an address at a
 * time. What comes of it is told, and decides nothing: an address lives and dies by its probes.
 * Every method is called on the executor's one thread, which all outcomes return to.
 */
public final class PathLoop implements AutoCloseable {
  private final GatewayProbe probe;
  private final ScheduledExecutorService thread;
  private final Duration interval;
  private final Map<GatewayAddress, ProbeTarget> targets = new HashMap<>();
  private final Map<GatewayAddress, Object> rounds = new HashMap<>();
  private final SortedMap<GatewayAddress, PathReport> reports = new TreeMap<>();
  private Runnable changed = () -> {};

  public PathLoop(GatewayProbe probe, ScheduledExecutorService thread, Duration interval) {
    this.probe = probe;
    this.thread = thread;
    this.interval = interval;
  }

  /** Is told after an address was measured for the first time, or another thing came of it. */
  public void onChange(Runnable listener) {
    changed = listener;
  }

  /** Measures exactly these from now on; those that stay keep what is known of them. */
  public void follow(List<ProbeTarget> wanted) {
    Map<GatewayAddress, ProbeTarget> next = new HashMap<>();
    wanted.forEach(target -> next.put(target.address(), target));
    targets.clear();
    targets.putAll(next);
    rounds.keySet().retainAll(next.keySet());
    reports.keySet().retainAll(next.keySet());
    for (GatewayAddress address : next.keySet()) {
      if (!rounds.containsKey(address)) {
        Object round = new Object();
        rounds.put(address, round);
        measure(address, round);
      }
    }
  }

  /** Of those addresses whose last measurement came to something. */
  public SortedMap<GatewayAddress, PathReport> reports() {
    return new TreeMap<>(reports);
  }

  private void measure(GatewayAddress address, Object round) {
    ProbeTarget target = targets.get(address);
    if (target != null && rounds.get(address) == round) {
      probe
          .measure(target)
          .whenComplete(
              (report, failure) -> LinkThread.run(thread, () -> ended(address, round, report)));
    }
  }

  private void ended(GatewayAddress address, Object round, @Nullable PathReport report) {
    if (rounds.get(address) != round) {
      return;
    }
    Optional<PathReport> before = Optional.ofNullable(reports.remove(address));
    if (report != null) {
      reports.put(address, report);
    }
    thread.schedule(() -> measure(address, round), jittered(interval), TimeUnit.NANOSECONDS);
    if (!verdict(before).equals(verdict(Optional.ofNullable(report)))) {
      changed.run();
    }
  }

  private record Verdict(int largest, boolean isBlackHole) {}

  private static Optional<Verdict> verdict(Optional<PathReport> report) {
    return report.map(known -> new Verdict(known.largest(), known.blackHole().isPresent()));
  }

  /** Between 80 and 120 per cent. */
  private static long jittered(Duration interval) {
    return (long) (interval.toNanos() * (0.8 + 0.4 * ThreadLocalRandom.current().nextDouble()));
  }

  @Override
  public void close() {
    targets.clear();
    rounds.clear();
    reports.clear();
  }
}
