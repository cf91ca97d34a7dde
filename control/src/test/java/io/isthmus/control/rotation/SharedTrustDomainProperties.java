package io.isthmus.control.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import io.isthmus.control.authority.Phase;
import io.isthmus.control.authority.Roles;
import io.isthmus.control.authority.Rotation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Clusters that share one trust domain: one root, an operator's issuer under it in each. Each
 * decides by itself, on what the others reported last, and is given its issuer under the new root
 * when it is; no live leaf is ever refused by a proxy of any of them.
 */
final class SharedTrustDomainProperties {
  private static final Duration LEAF = Duration.ofHours(1);
  private static final String OLD = "old-root";
  private static final String NEW = "new-root";

  private final List<Cluster> clusters = new ArrayList<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  /** With one proxy, which stands for all of them. Issuers go by their root: "west old-root". */
  private final class Cluster {
    private final String name;
    private final Settling settling = new Settling();
    private Rotation rotation = Rotation.NONE;
    private Roles<String> roles;
    private Set<String> bundle = Set.of(OLD);
    private Set<String> enforced = bundle;
    private String leaf;
    private Instant leafEnd = now.plus(LEAF);
    private Verifiers reported;
    private boolean offered;

    Cluster(String name) {
      this.name = name;
      this.roles = Roles.only(name + " " + OLD);
      this.leaf = roles.active();
      this.reported = look();
    }

    private Stored.Signer signer(String issuer) {
      return new Stored.Signer(issuer, root(issuer), Instant.EPOCH);
    }

    private Generation generation() {
      return new Generation(name.length() * 100L + bundle.size(), digest(bundle));
    }

    /** What its replica would write now. */
    Verifiers look() {
      boolean alive = now.isBefore(leafEnd);
      return new Verifiers(
          name,
          Optional.of(now),
          Set.of(generation()),
          enforced.equals(bundle)
              ? Behind.NOBODY
              : new Behind(1, List.of("shop/web-1"), List.of(), List.of()),
          new Use(
              alive ? Map.of(leaf, 1) : Map.of(),
              alive ? Map.of(root(leaf), 1) : Map.of(),
              Map.of(),
              0),
          Duration.ZERO,
          new Canary.NotNeeded(),
          Kinship.SHARED);
    }

    void report() {
      reported = look();
    }

    void take() {
      enforced = bundle;
    }

    void renew() {
      leaf = roles.active();
      leafEnd = now.plus(LEAF);
    }

    void decide() {
      List<Verifiers> seen = new ArrayList<>();
      for (Cluster each : clusters) {
        seen.add(each == this ? each.reported.of(Kinship.OWN) : each.reported);
      }
      Wish wish =
          offered
              ? Wish.NOTHING.asking(Optional.of(new Wish.Request(Rotation.Kind.ROOT, "operator")))
              : Wish.NOTHING;
      Stored stored =
          new Stored(
              name,
              rotation,
              signer(roles.active()),
              roles.other().map(this::signer),
              generation(),
              LEAF,
              Optional.empty());
      Move move = RotationPlan.next(stored, wish, new Seen(seen, settling.since(stored, now), now));
      settling.decided(move, stored, now);
      Move.After<String> after = move.apply(roles, rotation, now, () -> name + " " + NEW);
      roles = after.roles();
      rotation = after.rotation();
      Set<String> anchors = new TreeSet<>(Set.of(root(roles.active())));
      if (rotation.phase().trustsBoth()) {
        roles.other().map(SharedTrustDomainProperties::root).ifPresent(anchors::add);
      }
      bundle = anchors;
    }
  }

  private static String root(String issuer) {
    return issuer.substring(issuer.indexOf(' ') + 1);
  }

  private static String digest(Set<String> anchors) {
    return "sha256:" + new TreeSet<>(anchors);
  }

  private void check() {
    for (Cluster verifier : clusters) {
      for (Cluster peer : clusters) {
        if (now.isBefore(peer.leafEnd)) {
          assertThat(verifier.enforced)
              .as(
                  "what %s enforces in %s, of which %s in %s has a leaf",
                  verifier.name, verifier.rotation, peer.name, peer.rotation)
              .contains(root(peer.leaf));
        }
      }
    }
  }

  private void pass(Duration time) {
    now = now.plus(time);
    for (Cluster each : clusters) {
      if (!now.isBefore(each.leafEnd.minus(LEAF.dividedBy(2)))) {
        each.renew();
      }
    }
  }

  @Property(tries = 300)
  void noLiveLeafIsRefusedAndAllComeToTheNewRoot(
      @ForAll Random random, @ForAll @IntRange(min = 2, max = 3) int count) {
    clusters.clear();
    List.of("west", "east", "north").subList(0, count).forEach(it -> clusters.add(new Cluster(it)));
    for (int step = 0; step < 600; step++) {
      Cluster any = clusters.get(random.nextInt(count));
      switch (random.nextInt(12)) {
        case 0, 1, 2 -> any.report();
        case 3, 4, 5 -> any.decide();
        case 6 -> any.take();
        case 7 -> any.renew();
        case 8 -> any.offered |= random.nextInt(20) == 0;
        default -> pass(Duration.ofSeconds(random.nextInt(120)));
      }
      check();
    }
    clusters.forEach(each -> each.offered = true);
    for (int round = 0; round < 600; round++) {
      clusters.forEach(Cluster::take);
      clusters.forEach(Cluster::report);
      clusters.forEach(Cluster::decide);
      pass(Duration.ofSeconds(30));
      check();
    }
    for (Cluster each : clusters) {
      assertThat(each.rotation.phase()).isEqualTo(Phase.STEADY);
      assertThat(each.bundle).containsExactly(NEW);
    }
  }

  @Property(tries = 20)
  void noneSwitchesWhileOneHasNotBeenGivenItsIssuer(@ForAll Random random) {
    clusters.clear();
    List.of("west", "east").forEach(it -> clusters.add(new Cluster(it)));
    clusters.getFirst().offered = true;
    for (int round = 0; round < 200; round++) {
      clusters.forEach(Cluster::take);
      clusters.forEach(Cluster::report);
      clusters.forEach(Cluster::decide);
      pass(Duration.ofSeconds(random.nextInt(60)));
    }
    assertThat(clusters.getFirst().rotation.phase()).isEqualTo(Phase.DUAL_TRUST);
    assertThat(clusters.getLast().rotation.phase()).isEqualTo(Phase.STEADY);
  }
}
