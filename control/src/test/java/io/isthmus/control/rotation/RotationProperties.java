package io.isthmus.control.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.control.authority.Phase;
import io.isthmus.control.authority.Rotation;
import io.isthmus.control.enforcement.EnforcementPublisher;
import io.isthmus.control.rotation.RotationWorld.Cluster;
import io.isthmus.control.rotation.RotationWorld.Proxy;
import io.isthmus.control.rotation.RotationWorld.Replica;
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
  private static final Duration QUIET = EnforcementPublisher.PROXIES_RETURN;

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
    LOSE_NOTES,
    LOSE_ISSUERS,
    PARTITION,
    HEAL,
    STOP,
    START,
    RESTART,
    COME_BACK,
    STOP_ALL,
    FETCH_FAILS,
    LEAVE_BEHIND,
    GO_SILENT,
    PASS_OVER,
    TAKE_WORDS_AWAY,
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
    RotationWorld world = new RotationWorld(RotationPlan::next, QUIET, count);
    for (Happening happening : history) {
      play(world, happening);
      assertThat(world.violation()).as("after %s", happening).isEmpty();
    }
    Statistics.label("switches")
        .collect(world.switches > 0 ? "switched" : "not switched")
        .coverage(each -> each.check("switched").percentage(p -> p > 15));
    endFaults(world);
    for (int round = 0; round < 100 && !world.isSteady(); round++) {
      world.pass(Duration.ofSeconds(100));
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
      c.gatewaysRefuse = false;
      c.direction = Wish.Direction.FORWARD;
      takeWordsAway(c);
      c.replicas.forEach(world::start);
      for (Proxy proxy : c.proxies) {
        proxy.silent = false;
        world.comeBack(proxy);
        world.renew(proxy);
      }
    }
    world.clusters.forEach(c -> world.clusters.forEach(other -> world.follow(c, other)));
    world.clusters.forEach(c -> c.proxies.forEach(world::take));
  }

  private static void play(RotationWorld world, Happening happening) {
    Cluster a = world.clusters.get(happening.a() % world.clusters.size());
    Cluster b = world.clusters.get(happening.b() % world.clusters.size());
    Proxy p = a.proxies.get(happening.b() % a.proxies.size());
    Proxy q = b.proxies.get(happening.a() % b.proxies.size());
    Replica replica = a.replicas.get(happening.b() % a.replicas.size());
    switch (happening.kind()) {
      case ROUND -> world.round(a);
      case ALL_ROUNDS -> {
        for (int i = 0; i < 3; i++) {
          world.clusters.forEach(world::round);
          world.pass(Duration.ofSeconds(5L * happening.b()));
          assertThat(world.violation()).as("in %s", happening).isEmpty();
        }
      }
      case DECIDE -> world.decide(replica);
      case FOLLOW -> world.follow(a, b);
      case TAKE -> world.take(p);
      case RENEW -> world.renew(p);
      case REPORT -> world.report(replica, b);
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
      case LOSE_NOTES -> world.loseNotes(a);
      case LOSE_ISSUERS -> world.loseIssuers(a);
      case PARTITION -> a.reachable = false;
      case HEAL -> a.reachable = true;
      case CANARY -> world.canary(a, b);
      case REFUSE_CANARIES -> a.gatewaysRefuse = true;
      case BELIEVE_CANARIES -> a.gatewaysRefuse = false;
      case STOP -> world.stop(replica);
      case START -> a.replicas.forEach(world::start);
      case RESTART -> {
        world.stop(replica);
        world.start(replica);
      }
      case COME_BACK -> world.comeBack(p);
      case STOP_ALL -> a.replicas.forEach(world::stop);
      case FETCH_FAILS -> a.poller.failsOnce = true;
      case LEAVE_BEHIND -> {
        if (a != b && !b.reachable) {
          a.leftBehind.add(b); // who was given up is promised nothing until it has caught up
        }
      }
      case GO_SILENT -> p.silent = true;
      case PASS_OVER -> {
        if (q.silent) {
          a.passedOver.add(q); // the operator's word that it has the bundle
        }
      }
      case TAKE_WORDS_AWAY -> {
        if (world.hasCaughtUp(a)) {
          takeWordsAway(a);
        }
      }
      case JOIN -> {
        if (world.clusters.size() < CLUSTERS_AT_MOST) {
          world.join();
        }
      }
    }
  }

  private static void takeWordsAway(Cluster cluster) {
    cluster.leftBehind.clear();
    cluster.passedOver.clear();
  }

  private static void ask(Cluster cluster, Rotation.Kind kind, int id) {
    cluster.request = Optional.of(new Wish.Request(kind, "r" + id));
  }

  /** The negative control: a plan that goes by time alone does break what the test looks at. */
  @Test
  void planThatDoesNotWaitIsFoundOut() {
    RotationWorld world =
        new RotationWorld((stored, wish, seen) -> reckless(stored, wish), QUIET, 2);
    Cluster a = world.clusters.getFirst();
    ask(a, Rotation.Kind.ROOT, 1);
    boolean broken = false;
    for (int i = 0; i < 20 && !broken; i++) {
      world.decide(a.replicas.getFirst());
      a.proxies.forEach(world::take);
      world.pass(Duration.ofMinutes(2));
      broken = world.violation().filter(what -> what.contains("refuses its live leaf")).isPresent();
    }
    assertThat(broken).isTrue();
  }

  @Test
  void clusterWhoseGatewaysRefuseTheCanaryHoldsUntilTheyBelieveItOrItIsLeftBehind() {
    for (boolean leave : new boolean[] {false, true}) {
      RotationWorld world = new RotationWorld(RotationPlan::next, QUIET, 3);
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
      rounds(world, 4);
      assertThat(a.rotation.phase().isSwitched()).isTrue();
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
            (stored, wish, seen) ->
                RotationPlan.next(
                    stored,
                    wish,
                    new Seen(
                        seen.verifiers().stream()
                            .map(each -> each.with(new Canary.NotNeeded()))
                            .toList(),
                        seen.enforcedSince(),
                        seen.now())),
            QUIET,
            2);
    world.clusters.get(1).gatewaysRefuse = true;
    ask(world.clusters.getFirst(), Rotation.Kind.ROOT, 1);
    rounds(world, 10);
    assertThat(world.violation()).hasValue("c0 blind to c1");
  }

  /**
   * The other one: a replica that was started reports at once, and its proxies, of which one has
   * the old bundle, are not back yet. Only that it has to last keeps the switch from being made.
   */
  @Test
  void restartIsNoEvidence() {
    RotationWorld world = new RotationWorld(RotationPlan::next, Duration.ZERO, 1);
    Cluster a = world.clusters.getFirst();
    ask(a, Rotation.Kind.ROOT, 1);
    Replica deciding = a.replicas.getFirst();
    world.decide(deciding);
    world.decide(deciding);
    assertThat(a.rotation.phase()).isEqualTo(Phase.DUAL_TRUST);
    Proxy late = a.proxies.getLast();
    a.proxies.stream().filter(proxy -> proxy != late).forEach(world::take);
    world.stop(late.home.orElseThrow());
    a.replicas.forEach(world::start);
    a.replicas.forEach(replica -> world.report(replica, a));
    world.decide(deciding);
    assertThat(a.rotation.phase())
        .as("all that are connected enforce it")
        .isEqualTo(Phase.DUAL_TRUST);
    world.pass(RotationWorld.RETURN);
    a.replicas.forEach(replica -> world.report(replica, a));
    world.decide(deciding);
    world.pass(RotationPlan.settling(RotationWorld.LEAF));
    a.replicas.forEach(replica -> world.report(replica, a));
    world.decide(deciding);
    assertThat(a.rotation.phase()).isEqualTo(Phase.DUAL_TRUST);
    world.take(late);
    assertThat(world.violation()).isEmpty();
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
