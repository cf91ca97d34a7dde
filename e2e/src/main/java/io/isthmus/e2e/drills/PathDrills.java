package io.isthmus.e2e.drills;

import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** What may happen between clusters. */
record PathDrills(Ground ground, DrillsSuite.Form form) {

  List<Drill> all() {
    KubernetesCluster west = ground.west();
    KubernetesCluster east = ground.east();
    return List.of(
        Drill.of("firewall-one-way", () -> Wan.drop(Wan.toGateway(west, east)))
            .mendedBy(Wan::dropNothing),
        Drill.of(
                "wan-cut", () -> Wan.drop("iifname to-" + west.name(), "iifname to-" + east.name()))
            .meanwhile(() -> LockSupport.parkNanos(cut().toNanos()))
            .mendedBy(Wan::dropNothing),
        Drill.of(
                "mtu-black-hole",
                () -> {
                  Wan.wholePackets(west, true);
                  Wan.drop(Wan.toGateway(west, east) + " meta length > 1400");
                })
            .mendedBy(() -> {
              Wan.dropNothing();
              Wan.wholePackets(west, false);
            }));
  }

  /** After it has been named, which takes some time itself. */
  private Duration cut() {
    return switch (form) {
      case SMOKE, SHORT -> Duration.ofSeconds(10);
      case LONG -> Duration.ofMinutes(1);
    };
  }
}
