package io.isthmus.e2e.trust;

import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.site.Internet;
import io.isthmus.e2e.site.Workspace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Two clusters, of which one has clocks that are four minutes behind, with leaves that live an
 * hour: short-lived ones would be over, or not begun, for the other cluster.
 */
final class WrongClock {
  private static final Duration LEAF_LIFETIME = Duration.ofHours(1);
  private static final Duration BEHIND = Duration.ofMinutes(-4);
  private static final int LONG_SECONDS = 10;
  private static final Duration CALLS = Duration.ofSeconds(15);
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Workspace workspace;

  WrongClock(Workspace workspace) {
    this.workspace = workspace;
  }

  void run(Scenarios scenarios) {
    try (Internet internet = new Internet();
        LinkedMesh mesh =
            LinkedMesh.start(
                scenarios,
                internet,
                workspace,
                List.of(
                    LinkedMesh.member("punctual", 1, LEAF_LIFETIME),
                    LinkedMesh.member("late", 2, LEAF_LIFETIME, BEHIND)));
        Watch watch = Watch.start(mesh, LONG_SECONDS)) {
      scenarios.scenario(
          "a cluster whose clocks are 4 minutes behind is called and calls; a rotation is held, and"
              + " names it",
          () -> {
            Instant from = Instant.now();
            RotationWish wish =
                new RotationWish(mesh.mesh().cluster("punctual"), RotationWish.Kind.Root, "late");
            wish.ask();
            Eventually.holds(
                LIMIT,
                () -> {
                  RotationStatus status = RotationStatus.of(wish.cluster());
                  return status.phase().equals("DualTrust") && status.held().contains("late ")
                      ? ""
                      : "held '%s', %s".formatted(status.held(), status);
                });
            LockSupport.parkNanos(CALLS.toNanos());
            watch.mustBeWithoutFailuresSince(from);
          });
    }
  }
}
