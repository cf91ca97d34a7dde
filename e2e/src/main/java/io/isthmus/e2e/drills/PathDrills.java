package io.isthmus.e2e.drills;

import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** What may happen between clusters. */
record PathDrills(Ground ground, DrillsSuite.Form form) {

  private static final Duration MANY_LIVES = Duration.ofMinutes(4);

  List<Drill> all() {
    return switch (form) {
      case SMOKE, SHORT -> quick();
      case LONG -> Stream.concat(quick().stream(), Stream.of(cutForLong())).toList();
    };
  }

  private List<Drill> quick() {
    KubernetesCluster west = ground.west();
    KubernetesCluster east = ground.east();
    return List.of(
        Drill.of("firewall-one-way", () -> Wan.drop(Wan.toGateway(west, east)))
            .mendedBy(Wan::dropNothing),
        Drill.of("wan-cut", this::cut)
            .meanwhile(() -> LockSupport.parkNanos(length().toNanos()))
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

  private void cut() {
    Wan.drop("iifname to-" + ground.west().name(), "iifname to-" + ground.east().name());
  }

  /** Certificates of a day would have to be cut off for days. */
  private Drill cutForLong() {
    return Drill.of(
            "wan-cut-for-long",
            () -> {
              lifetimes("30s");
              Callers.renew(ground.west());
              Callers.renew(ground.east());
              cut();
            })
        .meanwhile(() -> LockSupport.parkNanos(MANY_LIVES.toNanos()))
        .mendedBy(() -> {
          Wan.dropNothing();
          lifetimes("24h");
        });
  }

  private void lifetimes(String leaf) {
    for (String cluster : List.of("west", "east")) {
      TrustDrills.lifetimes(ground, cluster, "{\"leafLifetime\":\"%s\"}".formatted(leaf));
    }
  }

  /** After it has been named, which takes some time itself. */
  private Duration length() {
    return switch (form) {
      case SMOKE, SHORT -> Duration.ofSeconds(10);
      case LONG -> Duration.ofMinutes(1);
    };
  }
}
