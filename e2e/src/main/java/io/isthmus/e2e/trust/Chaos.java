package io.isthmus.e2e.trust;

import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.mesh.Cluster;
import io.isthmus.e2e.mesh.Together;
import io.isthmus.e2e.trust.RotationWish.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The scenarios: each rotates, with a fault on the way, and ends Steady. In each no call fails but
 * by the fault itself, and who is not authorised is refused at its end.
 */
final class Chaos {
  private static final Duration LIFE = ChaosSuite.LEAF_LIFETIME;
  private static final Duration HELD_LIMIT = Duration.ofSeconds(30);

  private final Scenarios scenarios;
  private final LinkedMesh mesh;
  private final Watch watch;
  private final Faults faults;
  private final Cluster west;
  private final Cluster east;
  private int rotations;

  Chaos(Scenarios scenarios, LinkedMesh mesh, Watch watch) {
    this.scenarios = scenarios;
    this.mesh = mesh;
    this.watch = watch;
    this.faults = new Faults(mesh, watch);
    this.west = mesh.mesh().west();
    this.east = mesh.mesh().east();
  }

  /** For continuous integration: one rotation, with other faults in each of its phases. */
  void some() {
    scenario(
        "the bundle is edited and deleted by hand; API server, control plane, gateway and mirror"
            + " controller are killed",
        () ->
            trial(Kind.Root)
                .when("DualTrust", () -> faults.anchorEditedOut(west))
                .when("Switched", () -> faults.killed(west, "control"))
                .when(
                    "Draining",
                    () -> {
                      faults.bundleDeleted(west);
                      faults.apiServerKilled(west);
                      faults.gatewayKilled(west);
                    })
                .when("Retired", () -> faults.killed(west, "mirror-controller"))
                .run());
    WrongBundle wrong = new WrongBundle(mesh.mesh(), west);
    scenarios.scenario(
        "an operator imports a wrong bundle: refused, with the reason, and calls go on",
        () -> {
          Instant from = Instant.now();
          wrong.mustBeRefusedFor("east.e2e", "expected spiffe://east.e2e");
          wrong.mustBeRefusedFor("west.e2e", "issues for west.e2e itself");
          watch.mustBeWithoutFailuresSince(from);
        });
  }

  /** Each in every phase. */
  void all() {
    for (String process : List.of("control", "mirror-controller")) {
      for (Cluster cluster : List.of(west, east)) {
        scenario(
            "kill -9 of %s's %s in every phase of west's rotation"
                .formatted(cluster.site().name(), process),
            () -> trial(Kind.Root).inEveryPhase(() -> faults.killed(cluster, process)).run());
      }
    }
    for (Cluster cluster : List.of(west, east)) {
      scenario(
          "kill -9 of %s's API server in every phase".formatted(cluster.site().name()),
          () -> trial(Kind.Root).inEveryPhase(() -> faults.apiServerKilled(cluster)).run());
      scenario(
          "kill -9 of %s's gateway in every phase".formatted(cluster.site().name()),
          () -> trial(Kind.Root).inEveryPhase(() -> faults.gatewayKilled(cluster)).run());
    }
    scenario("the bundle is edited by hand, then deleted", this::bundleDamaged);
    for (String phase : List.of("DualTrust", "Switched", "Draining", "Retired")) {
      scenario(
          "east is cut off in %s for longer than a leaf lives, and is back".formatted(phase),
          () ->
              trial(Kind.Root)
                  .when(phase, () -> faults.partitioned(east, LIFE.plusSeconds(10)))
                  .run());
    }
    scenario("two operators ask at the same time: both are served, none lost", this::twoOperators);
    scenario("no Secret can be written: held, and says so", () -> storeFull("secrets"));
    scenario("nothing can be written, not even a status", () -> storeFull("\"*/*\""));
    scenario("a cluster joins in Switched", this::joined);
  }

  private Trial trial(Kind kind) {
    return new Trial(wish(kind), LIFE);
  }

  private RotationWish wish(Kind kind) {
    return new RotationWish(west, kind, "chaos-" + ++rotations);
  }

  private void scenario(String sentence, Runnable body) {
    scenarios.scenario(
        sentence,
        () -> {
          Instant from = Instant.now();
          watch.since(from);
          Intruder stranger = Intruder.stranger(mesh.mesh(), west);
          Intruder thief = Intruder.thief(mesh.mesh(), west, "thief-" + rotations);
          thief.mustBeTakenBy(east);
          body.run();
          stranger.mustBeRefusedBy(east);
          thief.mustBeRefusedBy(east); // the root was replaced
          watch.mustBeWithoutFailuresSince(from);
        });
  }

  private void bundleDamaged() {
    trial(Kind.Root)
        .when("DualTrust", () -> faults.anchorEditedOut(west))
        .when("Switched", () -> faults.bundleDeleted(west))
        .when("Draining", () -> faults.anchorEditedOut(west))
        .run();
  }

  /** The later word is the one that stays; what began is ended first. */
  private void twoOperators() {
    RotationWish one = wish(Kind.Root);
    RotationWish other = wish(Kind.Issuer);
    Together.each(List.of(one, other), RotationWish::ask);
    String asked =
        west.site()
            .kubectl("get", "trustdomain", "west", "-o", "jsonpath={.spec.rotation.id}")
            .strip();
    RotationWish last = asked.equals(one.id()) ? one : other;
    awaitSteady(last);
    if (last.equals(other)) {
      // only the issuer may have been replaced: the thief's anchor goes with a root
      trial(Kind.Root).run();
    }
  }

  private void storeFull(String resources) {
    RotationWish wish = wish(Kind.Root);
    boolean isWishTaken = resources.equals("secrets");
    if (!isWishTaken) {
      wish.ask(); // nobody could later
    }
    try (WriteStop _ = WriteStop.on(west.site(), resources)) {
      if (isWishTaken) {
        wish.ask();
        Eventually.holds(
            HELD_LIMIT,
            () -> {
              RotationStatus status = RotationStatus.of(west);
              return status.held().contains("the store is full")
                  ? ""
                  : "held '%s', %s".formatted(status.held(), status);
            });
      } else {
        io.isthmus.e2e.trust.SoakSuite.warmUp();
      }
    }
    awaitSteady(wish);
  }

  private void joined() {
    trial(Kind.Root)
        .when("Switched", () -> watch.from(mesh.join(LinkedMesh.member("north", 3, LIFE))))
        .run();
  }

  private static void awaitSteady(RotationWish wish) {
    Eventually.holds(
        LIFE.multipliedBy(10).plusSeconds(60),
        () -> {
          RotationStatus status = RotationStatus.of(wish.cluster());
          return status.isOver(wish) ? "" : status.toString();
        });
  }
}
