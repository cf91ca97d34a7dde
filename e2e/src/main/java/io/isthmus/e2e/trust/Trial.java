package io.isthmus.e2e.trust;

import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.mesh.Cluster;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A rotation with something that goes wrong in phases of it, each time the same way to Steady. */
final class Trial {
  /** A control plane that comes back waits a minute for its proxies before it counts them. */
  private static final Duration FAULT_DELAY = Duration.ofSeconds(75);

  private final RotationWish wish;
  private final Duration limit;
  private final Map<String, Fault> faults = new LinkedHashMap<>();

  /** What goes wrong; returns when it is over, or mended. */
  @FunctionalInterface
  interface Fault {
    void happen();
  }

  Trial(RotationWish wish, Duration leafLifetime) {
    this.wish = wish;
    this.limit = leafLifetime.multipliedBy(6).plusSeconds(120);
  }

  /** Happens once, when the phase is seen. */
  Trial when(String phase, Fault fault) {
    faults.put(phase, fault);
    return this;
  }

  Trial inEveryPhase(Fault fault) {
    for (String phase : List.of("DualTrust", "Switched", "Draining", "Retired")) {
      when(phase, fault);
    }
    return this;
  }

  /** Asks for the rotation, and returns when it is Steady and all faults have happened. */
  void run() {
    wish.ask();
    Eventually.holds(limit.plus(FAULT_DELAY.multipliedBy(faults.size())), this::round);
    if (!faults.isEmpty()) {
      throw new AssertionError(
          "rotation %s was never seen in %s".formatted(wish.id(), faults.keySet()));
    }
  }

  private String round() {
    RotationStatus status = RotationStatus.of(cluster());
    if (status.id().equals(wish.id())) {
      Fault fault = faults.remove(status.phase());
      if (fault != null) {
        happen(fault, status.phase());
      }
    }
    return status.isOver(wish) ? "" : status.toString();
  }

  /** What cannot be done is no fault that was survived; a wait would take it for "not yet". */
  private static void happen(Fault fault, String phase) {
    try {
      fault.happen();
    } catch (RuntimeException e) {
      throw new AssertionError("the fault in %s: %s".formatted(phase, e.getMessage()), e);
    }
  }

  private Cluster cluster() {
    return wish.cluster();
  }
}
