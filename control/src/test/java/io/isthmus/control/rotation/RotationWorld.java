package io.isthmus.control.rotation;

import io.isthmus.control.authority.Phase;
import io.isthmus.control.authority.Roles;
import io.isthmus.control.authority.Rotation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Several clusters, each a trust domain with an authority that the real plan rotates, and proxies
 * that verify each other by what they have been told so far. Everything that is told travels in
 * steps of its own, which a history puts into any order, delays, or leaves out.
 */
final class RotationWorld {
  static final Duration LEAF = Duration.ofMinutes(10);

  /** Decides as {@link RotationPlan#next} does. */
  interface Planner {
    Move next(Stored stored, Wish wish, List<Verifiers> all, Instant now);
  }

  /** A bundle; anchors go by number. */
  record Bundle(long sequence, Set<Integer> anchors) {
    Generation generation() {
      return new Generation(sequence, new TreeSet<>(anchors).toString());
    }
  }

  record Leaf(int issuer, int anchor, Instant notAfter) {}

  /** Between two proxies, each of which was verified by the anchor of the leaf that it showed. */
  record Connection(Proxy client, Leaf clientLeaf, Proxy server, Leaf serverLeaf) {
    Instant end() {
      return clientLeaf.notAfter().isBefore(serverLeaf.notAfter())
          ? clientLeaf.notAfter()
          : serverLeaf.notAfter();
    }
  }

  /** A verifier, and somebody who is verified. */
  static final class Proxy {
    final Cluster cluster;
    final Map<Cluster, Bundle> enforced = new HashMap<>();
    Leaf leaf;

    Proxy(Cluster cluster, Leaf leaf) {
      this.cluster = cluster;
      this.leaf = leaf;
    }

    boolean accepts(Proxy peer, Leaf shown) {
      Bundle bundle = enforced.get(peer.cluster);
      return bundle != null && bundle.anchors().contains(shown.anchor());
    }

    boolean knows(Proxy peer) {
      return enforced.containsKey(peer.cluster);
    }
  }

  /** A cluster and its trust domain. */
  final class Cluster {
    final String name;
    final Map<Integer, Integer> anchors = new HashMap<>();
    final Map<Cluster, Bundle> known = new HashMap<>();
    final Map<Cluster, Verifiers> reports = new HashMap<>();
    final Map<Cluster, Canary> canaries = new HashMap<>();
    final List<Proxy> proxies = new ArrayList<>();
    final Set<Cluster> leftBehind = new HashSet<>();
    Roles<Integer> roles;
    Rotation rotation = Rotation.NONE;
    Bundle bundle;
    Optional<Wish.Request> request = Optional.empty();
    Wish.Direction direction = Wish.Direction.FORWARD;
    boolean reachable = true;
    boolean controlPlaneUp = true;

    /** Its gateways refuse canaries, whatever its proxies report. */
    boolean gatewaysRefuse;

    Cluster(String name, int proxyCount) {
      this.name = name;
      int issuer = fresh();
      anchors.put(issuer, fresh());
      roles = Roles.only(issuer);
      bundle = new Bundle(1, Set.of(anchorOf(issuer)));
      for (int i = 0; i < proxyCount; i++) {
        proxies.add(new Proxy(this, leaf()));
      }
    }

    int anchorOf(int issuer) {
      return Objects.requireNonNull(anchors.get(issuer));
    }

    Leaf leaf() {
      return new Leaf(roles.active(), anchorOf(roles.active()), now.plus(LEAF));
    }

    boolean talksTo(Cluster other) {
      return this == other || (reachable && other.reachable);
    }

    @Nullable Bundle handedOut(Cluster domain) {
      return domain == this ? bundle : known.get(domain);
    }

    private Stored.Signer signer(int issuer) {
      return new Stored.Signer("" + issuer, "" + anchorOf(issuer), Instant.EPOCH);
    }
  }

  private final Planner planner;
  final List<Cluster> clusters = new ArrayList<>();
  final List<Connection> connections = new ArrayList<>();
  Instant now = Instant.parse("2026-01-01T00:00:00Z");
  int switches;
  private Optional<String> blindSwitch = Optional.empty();
  private int lastId;

  RotationWorld(Planner planner, int clusterCount) {
    this.planner = planner;
    for (int i = 0; i < clusterCount; i++) {
      join();
    }
  }

  private int fresh() {
    return ++lastId;
  }

  // ---- what happens

  void join() {
    Cluster joined = new Cluster("c" + clusters.size(), 2);
    clusters.add(joined);
    for (Cluster other : clusters) {
      if (other.reachable) {
        follow(joined, other);
        follow(other, joined);
        other.proxies.forEach(this::take);
      }
    }
  }

  /** One decision of a cluster's controller, and the bundle that its phase calls for. */
  void decide(Cluster c) {
    if (!c.controlPlaneUp) {
      return;
    }
    Stored stored =
        new Stored(
            c.rotation,
            c.signer(c.roles.active()),
            c.roles.other().map(c::signer),
            c.bundle.generation(),
            LEAF);
    List<Verifiers> all =
        clusters.stream()
            .map(each ->
                c.reports
                    .getOrDefault(each, Verifiers.unheard(each.name))
                    .with(
                        each == c
                            ? new Canary.NotNeeded()
                            : c.canaries.getOrDefault(each, new Canary.Missing(""))))
            .toList();
    Set<String> leftBehind = new HashSet<>();
    c.leftBehind.forEach(each -> leftBehind.add(each.name));
    Move move = planner.next(stored, new Wish(c.request, c.direction, leftBehind), all, now);
    if (move instanceof Move.Exchange(Phase phase)) {
      switches++;
      if (phase.isSwitched()) {
        clusters.stream()
            .filter(each -> each != c && !c.leftBehind.contains(each))
            .filter(each -> !isBelieved(c, each))
            .findFirst()
            .ifPresent(each -> blindSwitch = Optional.of(c.name + " blind to " + each.name));
      }
    }
    int before = c.roles.active();
    Move.After<Integer> after = move.apply(c.roles, c.rotation, now, () -> make(c, move, before));
    c.roles = after.roles();
    c.rotation = after.rotation();
    publish(c);
  }

  /** Whether the last canary of the next issuer was believed, since both are trusted. */
  private static boolean isBelieved(Cluster c, Cluster peer) {
    return c.canaries.get(peer)
            instanceof Canary.Met(String issuer, Instant at, List<String> refusals)
        && issuer.equals("" + c.roles.next().orElseThrow())
        && !at.isBefore(c.rotation.since())
        && refusals.isEmpty();
  }

  private int make(Cluster c, Move move, int before) {
    int issuer = fresh();
    boolean sameRoot =
        move instanceof Move.Begin(Rotation.Kind kind, String _) && kind == Rotation.Kind.ISSUER;
    c.anchors.put(issuer, sameRoot ? c.anchorOf(before) : fresh());
    return issuer;
  }

  private void publish(Cluster c) {
    Set<Integer> anchors = new HashSet<>(Set.of(c.anchorOf(c.roles.active())));
    if (c.rotation.phase().trustsBoth()) {
      c.roles.other().ifPresent(issuer -> anchors.add(c.anchorOf(issuer)));
    }
    if (!anchors.equals(c.bundle.anchors())) {
      c.bundle = new Bundle(c.bundle.sequence() + 1, anchors);
    }
  }

  /** The process dies, and what it noted of its phase is lost; what is stored is not. */
  void crash(Cluster c) {
    c.rotation = Rotation.shownBy(c.roles, c.rotation.id(), now);
    publish(c);
  }

  /** {@code reader} learns the bundle of {@code domain} over its Link. */
  void follow(Cluster reader, Cluster domain) {
    if (reader != domain && reader.talksTo(domain)) {
      reader.known.put(domain, domain.bundle);
    }
  }

  /** A proxy takes what its control plane hands out now. */
  void take(Proxy proxy) {
    if (proxy.cluster.controlPlaneUp) {
      for (Cluster domain : clusters) {
        Bundle handed = proxy.cluster.handedOut(domain);
        if (handed != null) {
          proxy.enforced.put(domain, handed);
        }
      }
    }
  }

  void renew(Proxy proxy) {
    if (proxy.cluster.controlPlaneUp) {
      proxy.leaf = proxy.cluster.leaf();
    }
  }

  /** What the proxies of {@code c} do now reaches the controller of {@code domain}. */
  void report(Cluster c, Cluster domain) {
    Bundle handed = c.handedOut(domain);
    if (!c.controlPlaneUp || !c.talksTo(domain) || handed == null) {
      return;
    }
    List<String> behind = new ArrayList<>();
    Map<String, Integer> leaves = new HashMap<>();
    for (Proxy proxy : c.proxies) {
      Bundle enforced = proxy.enforced.get(domain);
      if (enforced == null || enforced.sequence() != handed.sequence()) {
        behind.add("proxy");
      }
      if (c == domain) {
        leaves.merge("" + proxy.leaf.issuer(), 1, Integer::sum);
      }
    }
    Map<String, Integer> live = new HashMap<>();
    for (Connection each : connections) {
      if (each.server().cluster == c && each.client().cluster == domain) {
        live.merge("" + each.clientLeaf().anchor(), 1, Integer::sum);
      }
      if (each.client().cluster == c && each.server().cluster == domain) {
        live.merge("" + each.serverLeaf().anchor(), 1, Integer::sum);
      }
    }
    domain.reports.put(
        c,
        new Verifiers(
            c.name,
            Optional.of(now),
            Optional.of(handed.generation()),
            behind,
            leaves,
            live,
            0,
            Duration.ZERO,
            new Canary.Missing("")));
  }

  /** The mirror controller of {@code c} shows a canary to the gateways of {@code peer}. */
  void canary(Cluster c, Cluster peer) {
    if (c == peer || !c.controlPlaneUp) {
      return;
    }
    if (c.rotation.phase() != Phase.DUAL_TRUST || c.direction == Wish.Direction.BACK) {
      c.canaries.remove(peer);
      return;
    }
    int next = c.roles.next().orElseThrow();
    Leaf leaf = new Leaf(next, c.anchorOf(next), now.plus(LEAF));
    Proxy shower = new Proxy(c, leaf);
    boolean believed =
        c.talksTo(peer)
            && !peer.gatewaysRefuse
            && peer.proxies.stream().allMatch(proxy -> proxy.accepts(shower, leaf));
    c.canaries.put(
        peer, new Canary.Met("" + next, now, believed ? List.of() : List.of("a gateway refused")));
  }

  void connect(Proxy client, Proxy server) {
    if (isAlive(client)
        && isAlive(server)
        && client.knows(server)
        && server.knows(client)
        && client.accepts(server, server.leaf)
        && server.accepts(client, client.leaf)) {
      connections.add(new Connection(client, client.leaf, server, server.leaf));
    }
  }

  /** Time passes; who can renews at half-life, and connections end with their certificates. */
  void pass(Duration time) {
    now = now.plus(time);
    for (Cluster c : clusters) {
      for (Proxy proxy : c.proxies) {
        if (now.isAfter(proxy.leaf.notAfter().minus(LEAF.dividedBy(2)))) {
          renew(proxy);
        }
      }
    }
    connections.removeIf(each -> !now.isBefore(each.end()));
  }

  /** Everything that can happen in a cluster without faults happens once. */
  void round(Cluster c) {
    for (Cluster other : clusters) {
      follow(c, other);
    }
    c.proxies.forEach(this::take);
    for (Cluster other : clusters) {
      report(c, other);
      canary(c, other);
    }
    decide(c);
  }

  boolean isAlive(Proxy proxy) {
    return now.isBefore(proxy.leaf.notAfter());
  }

  // ---- what must hold

  /** What is broken; empty when nothing is. */
  Optional<String> violation() {
    List<Proxy> all = clusters.stream().flatMap(c -> c.proxies.stream()).toList();
    for (Proxy verifier : all) {
      for (Proxy peer : all) {
        if (isAlive(peer)
            && verifier.knows(peer)
            && !peer.cluster.leftBehind.contains(verifier.cluster)
            && !verifier.accepts(peer, peer.leaf)) {
          return Optional.of(
              "%s, which enforces %s of %s, refuses its live leaf %s in %s"
                  .formatted(
                      verifier.cluster.name,
                      verifier.enforced.get(peer.cluster),
                      peer.cluster.name,
                      peer.leaf,
                      peer.cluster.rotation));
        }
      }
    }
    for (Connection each : connections) {
      boolean promised =
          !each.client().cluster.leftBehind.contains(each.server().cluster)
              && !each.server().cluster.leftBehind.contains(each.client().cluster);
      if (promised
          && (!each.client().accepts(each.server(), each.serverLeaf())
              || !each.server().accepts(each.client(), each.clientLeaf()))) {
        return Optional.of("a live connection is cut: " + each.clientLeaf() + each.serverLeaf());
      }
    }
    return blindSwitch;
  }

  boolean isSteady() {
    return clusters.stream()
        .allMatch(c -> c.rotation.phase() == Phase.STEADY && c.bundle.anchors().size() == 1);
  }
}
