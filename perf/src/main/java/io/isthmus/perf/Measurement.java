package io.isthmus.perf;

import java.util.ArrayList;
import java.util.List;

/** What one kind of traffic cost each contender, round by round: CPU seconds a unit. */
final class Measurement {
  private final Kind kind;
  private final List<Double> ours = new ArrayList<>();
  private final List<Double> peers = new ArrayList<>();
  private double unitsOfOurs;

  private Measurement(Kind kind) {
    this.kind = kind;
  }

  /** Takes turns, ours and the peer, {@code rounds} times. */
  static Measurement take(Kind kind, Contender ours, Contender peer, Plan plan) {
    kind.load().run(ours, plan.warmUpSeconds());
    kind.load().run(peer, 1);
    Measurement measurement = new Measurement(kind);
    for (int round = 0; round < plan.rounds(); round++) {
      measurement.ours.add(measurement.once(ours, plan));
      measurement.peers.add(measurement.once(peer, plan));
    }
    return measurement;
  }

  private double once(Contender contender, Plan plan) {
    double before = cpuSeconds(contender);
    double units = kind.load().run(contender, plan.seconds());
    double cpu = cpuSeconds(contender) - before;
    if (contender.name().equals("isthmus")) {
      unitsOfOurs += units;
    }
    return cpu / units;
  }

  private double cpuSeconds(Contender contender) {
    return kind.hops().apply(contender).stream().mapToDouble(Hop::cpuSeconds).sum();
  }

  Kind kind() {
    return kind;
  }

  double unitsOfOurs() {
    return unitsOfOurs;
  }

  Spread ours() {
    return Spread.of(ours);
  }

  Spread peer() {
    return Spread.of(peers);
  }

  /** Our CPU a unit over the peer's, pair by pair. */
  Spread ratio() {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < ours.size(); i++) {
      ratios.add(ours.get(i) / peers.get(i));
    }
    return Spread.of(ratios);
  }
}
