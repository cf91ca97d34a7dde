package io.isthmus.control.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.control.authority.Phase;
import io.isthmus.control.authority.Rotation;
import io.isthmus.control.rotation.RotationWorld.Cluster;
import io.isthmus.control.rotation.RotationWorld.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.api.Test;

/**
 * Whatever operators, faults and delays do in whatever order, nobody who is authorised is refused,
 * no connection is cut, and when the faults are over every rotation ends. jqwik prints the seed of
 * a history that fails.
 */
final class RotationProperties {
  private static final int CLUSTERS_AT_MOST = 4;

  /** One thing that happens; which cluster or proxy it happens to is taken from the numbers. */
  enum Kind {
    ROUND,
    ALL_ROUNDS,
    DECIDE,
    FOLLOW,
    TAKE,
    RENEW,
    REPORT,
    CONNECT,
    DISCONNECT,
    PASS,
    ROTATE_ROOT,
    ROTATE_ISSUER,
    ABORT,
    GO_ON,
    CRASH,
    PARTITION,
    HEAL,
    CONTROL_PLANE_DOWN,
    CONTROL_PLANE_UP,
    LEAVE_BEHIND,
    JOIN,
    CANARY,
    REFUSE_CANARIES,
    BELIEVE_CANARIES
  }

  record Happening(Kind kind, int a, int b) {}

  @Provide
  Arbitrary<List<Happening>> histories() {
    Arbitrary<Kind> kinds =
        Arbitraries.frequencyOf(
            Tuple.of(5, Arbitraries.of(Kind.class)),
            Tuple.of(
                4,
                Arbitraries.of(
                    Kind.ALL_ROUNDS, Kind.ALL_ROUNDS, Kind.ROUND, Kind.PASS, Kind.CONNECT)));
    Arbitrary<Integer> numbers = Arbitraries.integers().between(0, 23);
    return Combinators.combine(kinds, numbers, numbers)
        .as(Happening::new)
        .list()
        .ofMinSize(20)
        .ofMaxSize(90);
  }

  @Property(tries = 10_000)
  void nobodyIsRefusedAndNothingIsCutAndEveryRotationEnds(
      @ForAll("histories") List<Happening> history, @ForAll @IntRange(min = 1, max = 3) int count) {
    RotationWorld world = new RotationWorld(RotationPlan::next, count);
    for (Happening happening : history) {
      play(world, happening);
      assertThat(world.violation()).as("after %s", happening).isEmpty();
    }
    Statistics.label("switches")
        .collect(world.switches > 0 ? "switched" : "not switched")
        .coverage(each -> each.check("switched").percentage(p -> p > 15));
    endFaults(world);
    for (int round = 0; round < 100 && !world.isSteady(); round++) {
      world.pass(Duration.ofMinutes(1));
      world.clusters.forEach(world::round);
      assertThat(world.violation()).as("while the rotations end").isEmpty();
    }
    assertThat(world.isSteady())
        .as("phases %s", world.clusters.stream().map(c -> c.rotation).toList())
        .isTrue();
  }

  private static void endFaults(RotationWorld world) {
    for (Cluster c : world.clusters) {
      c.reachable = true;
      c.controlPlaneUp = true;
      c.gatewaysRefuse = false;
      c.direction = Wish.Direction.FORWARD;
      c.leftBehind.clear();
      c.proxies.forEach(world::renew);
    }
    world.clusters.forEach(c -> world.clusters.forEach(other -> world.follow(c, other)));
    world.clusters.forEach(c -> c.proxies.forEach(world::take));
  }

  private static void play(RotationWorld world, Happening happening) {
    Cluster a = world.clusters.get(happening.a() % world.clusters.size());
    Cluster b = world.clusters.get(happening.b() % world.clusters.size());
    Proxy p = a.proxies.get(happening.b() % a.proxies.size());
    Proxy q = b.proxies.get(happening.a() % b.proxies.size());
    switch (happening.kind()) {
      case ROUND -> world.round(a);
      case ALL_ROUNDS -> {
        world.clusters.forEach(world::round);
        world.pass(Duration.ofSeconds(20L * happening.b()));
      }
      case DECIDE -> world.decide(a);
      case FOLLOW -> world.follow(a, b);
      case TAKE -> world.take(p);
      case RENEW -> world.renew(p);
      case REPORT -> world.report(a, b);
      case CONNECT -> world.connect(p, q);
      case DISCONNECT -> {
        if (!world.connections.isEmpty()) {
          world.connections.remove(happening.a() % world.connections.size());
        }
      }
      case PASS -> world.pass(Duration.ofSeconds(15L * happening.a()));
      case ROTATE_ROOT -> ask(a, Rotation.Kind.ROOT, happening.b());
      case ROTATE_ISSUER -> ask(a, Rotation.Kind.ISSUER, happening.b());
      case ABORT -> a.direction = Wish.Direction.BACK;
      case GO_ON -> a.direction = Wish.Direction.FORWARD;
      case CRASH -> world.crash(a);
      case PARTITION -> a.reachable = false;
      case HEAL -> a.reachable = true;
      case CANARY -> world.canary(a, b);
      case REFUSE_CANARIES -> a.gatewaysRefuse = true;
      case BELIEVE_CANARIES -> a.gatewaysRefuse = false;
      case CONTROL_PLANE_DOWN -> a.controlPlaneUp = false;
      case CONTROL_PLANE_UP -> a.controlPlaneUp = true;
      case LEAVE_BEHIND -> {
        if (a != b && !b.reachable) {
          a.leftBehind.add(b); // who was given up is promised nothing until it has caught up
        }
      }
      case JOIN -> {
        if (world.clusters.size() < CLUSTERS_AT_MOST) {
          world.join();
        }
      }
    }
  }

  private static void ask(Cluster cluster, Rotation.Kind kind, int id) {
    cluster.request = Optional.of(new Wish.Request(kind, "r" + id));
  }

  /** The negative control: a plan that goes by time alone does break what the test looks at. */
  @Test
  void planThatDoesNotWaitIsFoundOut() {
    RotationWorld world = new RotationWorld((stored, wish, all, now) -> reckless(stored, wish), 2);
    Cluster a = world.clusters.getFirst();
    ask(a, Rotation.Kind.ROOT, 1);
    boolean broken = false;
    for (int i = 0; i < 20 && !broken; i++) {
      world.decide(a);
      a.proxies.forEach(world::take);
      world.pass(Duration.ofMinutes(2));
      broken = world.violation().filter(what -> what.contains("refuses its live leaf")).isPresent();
    }
    assertThat(broken).isTrue();
  }

  @Test
  void clusterWhoseGatewaysRefuseTheCanaryHoldsUntilTheyBelieveItOrItIsLeftBehind() {
    for (boolean leave : new boolean[] {false, true}) {
      RotationWorld world = new RotationWorld(RotationPlan::next, 3);
      Cluster a = world.clusters.getFirst();
      Cluster b = world.clusters.get(1);
      b.gatewaysRefuse = true;
      ask(a, Rotation.Kind.ROOT, 1);
      rounds(world, 30);
      assertThat(a.rotation.phase()).isEqualTo(Phase.DUAL_TRUST);
      if (leave) {
        a.leftBehind.add(b);
      } else {
        b.gatewaysRefuse = false;
      }
      rounds(world, 1);
      assertThat(a.rotation.phase()).isEqualTo(Phase.SWITCHED);
      assertThat(world.violation()).isEmpty();
    }
  }

  private static void rounds(RotationWorld world, int count) {
    for (int i = 0; i < count; i++) {
      world.pass(Duration.ofMinutes(1));
      world.clusters.forEach(world::round);
    }
  }

  /** The negative control of canaries: a plan that needs none switches blindly. */
  @Test
  void planThatNeedsNoCanaryIsFoundOut() {
    RotationWorld world =
        new RotationWorld(
            (stored, wish, all, now) ->
                RotationPlan.next(
                    stored,
                    wish,
                    all.stream().map(each -> each.with(new Canary.NotNeeded())).toList(),
                    now),
            2);
    world.clusters.get(1).gatewaysRefuse = true;
    ask(world.clusters.getFirst(), Rotation.Kind.ROOT, 1);
    rounds(world, 10);
    assertThat(world.violation()).hasValue("c0 blind to c1");
  }

  private static Move reckless(Stored stored, Wish wish) {
    return switch (stored.rotation().phase()) {
      case STEADY ->
          wish.request()
              .filter(request -> !request.id().equals(stored.rotation().id()))
              .<Move>map(request -> new Move.Begin(request.kind(), request.id()))
              .orElseGet(Move.Rest::new);
      case PREPARED -> new Move.Enter(Phase.DUAL_TRUST);
      case DUAL_TRUST -> new Move.Exchange(Phase.SWITCHED);
      case SWITCHED -> new Move.Enter(Phase.DRAINING);
      case DRAINING -> new Move.Enter(Phase.RETIRED);
      case RETIRED -> new Move.Forget();
    };
  }
}
