package io.isthmus.control.rotation;

import io.isthmus.api.trust.TrustEnforcement.Reporter;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Several clusters, each a trust domain with an authority that the real plan rotates, and proxies
 * that verify each other by what they have been told so far. Everything that is told travels in
 * steps of its own, which a history puts into any order, delays, or leaves out.
 */
final class RotationWorld {
  static final Duration LEAF = Duration.ofMinutes(10);
  static final Duration HINT = Duration.ofMinutes(1);

  /** A proxy that lost its replica is connected to one again after this, if one is up. */
  static final Duration RETURN = Duration.ofSeconds(45);

  static final int REPLICAS = 2;

  /** Decides as {@link RotationPlan#next} does. */
  interface Planner {
    Move next(Stored stored, Wish wish, Seen seen);
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
    final String name;
    final Map<Cluster, Bundle> enforced = new HashMap<>();
    Leaf leaf;
    Optional<Replica> home = Optional.empty();

    /** As Envoy: it follows bundles, and acknowledges none. */
    boolean silent;

    Proxy(Cluster cluster, String name, Leaf leaf) {
      this.cluster = cluster;
      this.name = name;
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

  /** One process of a cluster's control plane. */
  static final class Replica {
    final Cluster cluster;
    Instant started;
    boolean up = true;
    Settling settling = new Settling();

    Replica(Cluster cluster, Instant started) {
      this.cluster = cluster;
      this.started = started;
    }
  }

  /** Somebody who fetches a cluster's bundle, and verifies its proxies by it. */
  static final class Poller {
    Bundle bundle;
    Instant next;
    boolean failsOnce;

    Poller(Bundle bundle, Instant next) {
      this.bundle = bundle;
      this.next = next;
    }
  }

  /** A cluster and its trust domain. */
  final class Cluster {
    final String name;
    final Map<Integer, Integer> anchors = new HashMap<>();
    final Map<Cluster, Bundle> known = new HashMap<>();
    final Map<Replica, Verifiers> reports = new HashMap<>();
    final Map<Cluster, Canary> canaries = new HashMap<>();
    final List<Replica> replicas = new ArrayList<>();
    final List<Proxy> proxies = new ArrayList<>();
    final Set<Cluster> leftBehind = new HashSet<>();
    final Set<Proxy> passedOver = new HashSet<>();
    final Poller poller;
    Roles<Integer> roles;
    Roles<Integer> roots;
    String lastBegun = "";
    Rotation rotation = Rotation.NONE;
    Bundle bundle;
    Optional<Wish.Request> request = Optional.empty();
    Wish.Direction direction = Wish.Direction.FORWARD;
    boolean reachable = true;

    /** Its gateways refuse canaries, whatever its proxies report. */
    boolean gatewaysRefuse;

    Cluster(String name, int proxyCount) {
      this.name = name;
      int issuer = fresh();
      anchors.put(issuer, fresh());
      roles = Roles.only(issuer);
      roots = Roles.only(anchorOf(issuer));
      bundle = new Bundle(1, Set.of(anchorOf(issuer)));
      poller = new Poller(bundle, now.plus(HINT));
      for (int i = 0; i < REPLICAS; i++) {
        replicas.add(new Replica(this, now.minus(quiet)));
      }
      for (int i = 0; i < proxyCount; i++) {
        Proxy proxy = new Proxy(this, "shop/p" + i, leaf());
        proxy.home = Optional.of(replicas.get(i % REPLICAS));
        proxies.add(proxy);
      }
    }

    boolean isUp() {
      return replicas.stream().anyMatch(replica -> replica.up);
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
  private final Duration quiet;
  final List<Cluster> clusters = new ArrayList<>();
  final List<Connection> connections = new ArrayList<>();
  Instant now = Instant.parse("2026-01-01T00:00:00Z");
  int switches;
  private boolean begunAgain;
  private Optional<String> blindSwitch = Optional.empty();
  private int lastId;

  /**
   * @param quiet how long a replica that was started reports nothing
   */
  RotationWorld(Planner planner, Duration quiet, int clusterCount) {
    this.planner = planner;
    this.quiet = quiet;
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

  /** One decision of a replica's controller, and the bundle that its phase calls for. */
  void decide(Replica replica) {
    Cluster c = replica.cluster;
    if (!replica.up) {
      return;
    }
    Stored stored =
        new Stored(
            c.name,
            c.rotation,
            c.signer(c.roles.active()),
            c.roles.other().map(c::signer),
            c.bundle.generation(),
            LEAF,
            Optional.of(new Stored.Polling(HINT, replica.started)));
    Move move =
        planner.next(stored, wish(c), new Seen(seen(c), replica.settling.since(stored, now), now));
    replica.settling.decided(move, stored, now);
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
    if (move instanceof Move.Begin(Rotation.Kind _, String id)) {
      begunAgain |= id.equals(c.lastBegun);
      c.lastBegun = id;
    }
    int before = c.roles.active();
    Move.After<Integer> after = move.apply(c.roles, c.rotation, now, () -> make(c, move, before));
    c.roles = after.roles();
    c.rotation = after.rotation();
    storeRoots(c, move);
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

  private Wish wish(Cluster c) {
    Set<String> leftBehind = new HashSet<>();
    c.leftBehind.forEach(each -> leftBehind.add(each.name));
    Set<String> passedOver = new HashSet<>();
    c.passedOver.forEach(each ->
        passedOver.add(each.cluster == c ? each.name : each.cluster.name + "/" + each.name));
    return new Wish(c.request, c.direction, leftBehind, passedOver);
  }

  /** At rest nobody is waited for, and looking takes most of the time of these tests. */
  private List<Verifiers> seen(Cluster c) {
    return c.rotation.phase() == Phase.STEADY ? List.of() : all(c);
  }

  private List<Verifiers> all(Cluster c) {
    return clusters.stream()
        .map(each ->
            Verifiers.merged(
                    each.name,
                    each.replicas.stream().flatMap(replica -> entry(c, replica).stream()).toList(),
                    now)
                .with(
                    each == c
                        ? new Canary.NotNeeded()
                        : c.canaries.getOrDefault(each, new Canary.Missing(""))))
        .toList();
  }

  /** What a replica wrote. One that runs writes each minute, so only who is gone has none. */
  private Optional<Verifiers> entry(Cluster c, Replica replica) {
    Optional<Verifiers> entry = Optional.ofNullable(c.reports.get(replica));
    boolean writes = replica.up && !now.isBefore(replica.started.plus(quiet));
    return writes
        ? entry.or(() -> Optional.of(Verifiers.unheard(replica.cluster.name)))
        : entry.filter(
            report -> now.isBefore(report.observedAt().orElseThrow().plus(RotationPlan.FRESH)));
  }

  private int make(Cluster c, Move move, int before) {
    int issuer = fresh();
    boolean sameRoot =
        move instanceof Move.Begin(Rotation.Kind kind, String _) && kind == Rotation.Kind.ISSUER;
    c.anchors.put(issuer, sameRoot ? c.anchorOf(before) : fresh());
    return issuer;
  }

  /** As the store does: beside the issuers, and not at each of their changes. */
  private void storeRoots(Cluster c, Move move) {
    boolean changes = move instanceof Move.Begin || move instanceof Move.Exchange;
    boolean tidies =
        c.rotation.phase() == Phase.STEADY
            && (move instanceof Move.Rest || move instanceof Move.Hold);
    if (changes || tidies) {
      int active = c.anchorOf(c.roles.active());
      c.roots =
          new Roles<>(
              active,
              c.roles.next().map(c::anchorOf).filter(anchor -> anchor != active),
              c.roles.previous().map(c::anchorOf).filter(anchor -> anchor != active));
    }
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

  /** What is noted of the phase is lost; issuers and roots are not. */
  void loseNotes(Cluster c) {
    c.rotation = Rotation.shownBy(c.roles, c.lastBegun, now);
    publish(c);
  }

  /** The issuers are lost; new ones are made of the roots. */
  void loseIssuers(Cluster c) {
    c.roles =
        new Roles<>(
            issuerOf(c, c.roots.active()),
            c.roots.next().map(root -> issuerOf(c, root)),
            c.roots.previous().map(root -> issuerOf(c, root)));
    loseNotes(c);
  }

  private int issuerOf(Cluster c, int root) {
    int issuer = fresh();
    c.anchors.put(issuer, root);
    return issuer;
  }

  void stop(Replica replica) {
    replica.up = false;
    for (Proxy proxy : replica.cluster.proxies) {
      if (proxy.home.equals(Optional.of(replica))) {
        proxy.home = Optional.empty();
      }
    }
  }

  void start(Replica replica) {
    if (!replica.up) {
      replica.up = true;
      replica.started = now;
      replica.settling = new Settling();
    }
  }

  /** A proxy whose replica has gone finds one that is up. */
  void comeBack(Proxy proxy) {
    if (proxy.home.isEmpty()) {
      proxy.home = proxy.cluster.replicas.stream().filter(replica -> replica.up).findFirst();
    }
  }

  /** {@code reader} learns the bundle of {@code domain} over its Link. */
  void follow(Cluster reader, Cluster domain) {
    if (reader != domain && reader.talksTo(domain)) {
      reader.known.put(domain, domain.bundle);
    }
  }

  /** A proxy takes what its control plane hands out now. */
  void take(Proxy proxy) {
    if (proxy.home.isPresent()) {
      for (Cluster domain : clusters) {
        Bundle handed = proxy.cluster.handedOut(domain);
        if (handed != null) {
          proxy.enforced.put(domain, handed);
        }
      }
    }
  }

  void renew(Proxy proxy) {
    if (proxy.cluster.isUp()) {
      proxy.leaf = proxy.cluster.leaf();
    }
  }

  /** What a replica's proxies do now reaches the controllers of {@code domain}. */
  void report(Replica replica, Cluster domain) {
    Cluster c = replica.cluster;
    Bundle handed = c.handedOut(domain);
    if (!replica.up
        || now.isBefore(replica.started.plus(quiet))
        || !c.talksTo(domain)
        || handed == null) {
      return;
    }
    Behind behind = Behind.NOBODY;
    Map<String, Integer> leaves = new HashMap<>();
    for (Proxy proxy : c.proxies) {
      if (proxy.home.equals(Optional.of(replica))) {
        behind = behind.and(behind(proxy, domain, handed));
        if (c == domain && !proxy.silent) {
          leaves.merge("" + proxy.leaf.issuer(), 1, Integer::sum);
        }
      }
    }
    domain.reports.put(
        replica,
        new Verifiers(
            c.name,
            Optional.of(now),
            Set.of(handed.generation()),
            behind,
            new Use(leaves, Map.of(), connectionsOf(replica, domain), unreported(replica)),
            Duration.ZERO,
            new Canary.Missing(""),
            c == domain ? Kinship.OWN : Kinship.OTHER));
  }

  private static int unreported(Replica replica) {
    return (int)
        replica.cluster.proxies.stream()
            .filter(proxy -> proxy.silent && proxy.home.equals(Optional.of(replica)))
            .count();
  }

  /** The mirror controller of {@code c} shows a canary to the gateways of {@code peer}. */
  void canary(Cluster c, Cluster peer) {
    if (c == peer || !c.isUp()) {
      return;
    }
    if (c.rotation.phase() != Phase.DUAL_TRUST || c.direction == Wish.Direction.BACK) {
      c.canaries.remove(peer);
      return;
    }
    int next = c.roles.next().orElseThrow();
    Leaf leaf = new Leaf(next, c.anchorOf(next), now.plus(LEAF));
    Proxy shower = new Proxy(c, "isthmus-system/mirror", leaf);
    boolean believed =
        c.talksTo(peer)
            && !peer.gatewaysRefuse
            && peer.proxies.stream().allMatch(proxy -> proxy.accepts(shower, leaf));
    c.canaries.put(
        peer, new Canary.Met("" + next, now, believed ? List.of() : List.of("a gateway refused")));
  }

  private static Behind behind(Proxy proxy, Cluster domain, Bundle handed) {
    if (proxy.silent) {
      return new Behind(
          1, List.of(Reporter.waitingForSilent(proxy.name)), List.of(), List.of(proxy.name));
    }
    Bundle enforced = proxy.enforced.get(domain);
    return enforced == null || enforced.sequence() != handed.sequence()
        ? new Behind(1, List.of(proxy.name), List.of(), List.of())
        : Behind.NOBODY;
  }

  private Map<String, Integer> connectionsOf(Replica replica, Cluster domain) {
    Map<String, Integer> live = new HashMap<>();
    for (Connection each : connections) {
      if (isSeen(each.server(), replica) && each.client().cluster == domain) {
        live.merge("" + each.clientLeaf().anchor(), 1, Integer::sum);
      }
      if (isSeen(each.client(), replica) && each.server().cluster == domain) {
        live.merge("" + each.serverLeaf().anchor(), 1, Integer::sum);
      }
    }
    return live;
  }

  private static boolean isSeen(Proxy proxy, Replica replica) {
    return !proxy.silent && proxy.home.equals(Optional.of(replica));
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
      if (c.replicas.stream()
          .anyMatch(replica -> replica.up && !now.isBefore(replica.started.plus(RETURN)))) {
        c.proxies.forEach(this::comeBack);
      }
      fetch(c);
      for (Proxy proxy : c.proxies) {
        if (now.isAfter(proxy.leaf.notAfter().minus(LEAF.dividedBy(2)))) {
          renew(proxy);
        }
      }
    }
    connections.removeIf(each -> !now.isBefore(each.end()));
  }

  private void fetch(Cluster c) {
    Poller poller = c.poller;
    while (!now.isBefore(poller.next)) {
      if (c.isUp() && !poller.failsOnce) {
        poller.bundle = c.bundle;
      }
      poller.failsOnce = false;
      poller.next = poller.next.plus(HINT);
    }
  }

  /** Whether those to whom nothing is promised know the bundle of {@code c}. */
  boolean hasCaughtUp(Cluster c) {
    return Stream.concat(
            c.leftBehind.stream().flatMap(each -> each.proxies.stream()), c.passedOver.stream())
        .allMatch(proxy -> c.bundle.equals(proxy.enforced.get(c)));
  }

  /** Everything that can happen in a cluster without faults happens once. */
  void round(Cluster c) {
    for (Cluster other : clusters) {
      follow(c, other);
    }
    c.proxies.forEach(this::take);
    for (Cluster other : clusters) {
      if (other.rotation.phase() != Phase.STEADY) { // else nobody reads it
        c.replicas.forEach(replica -> report(replica, other));
      }
      canary(c, other);
    }
    c.replicas.forEach(this::decide);
  }

  boolean isAlive(Proxy proxy) {
    return now.isBefore(proxy.leaf.notAfter());
  }

  // ---- what must hold

  /** What is broken; empty when nothing is. */
  Optional<String> violation() {
    if (begunAgain) {
      return Optional.of("a rotation began again by itself");
    }
    for (Cluster c : clusters) {
      for (Proxy proxy : c.proxies) {
        if (isAlive(proxy) && !c.poller.bundle.anchors().contains(proxy.leaf.anchor())) {
          return Optional.of(
              "who fetched %s of %s refuses its live leaf %s in %s"
                  .formatted(c.poller.bundle, c.name, proxy.leaf, c.rotation));
        }
      }
    }
    List<Proxy> all = clusters.stream().flatMap(c -> c.proxies.stream()).toList();
    for (Proxy verifier : all) {
      for (Proxy peer : all) {
        if (isAlive(peer)
            && verifier.knows(peer)
            && isPromised(verifier, peer.cluster)
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
      if (isPromised(each.client(), each.server().cluster)
          && isPromised(each.server(), each.client().cluster)
          && (!each.client().accepts(each.server(), each.serverLeaf())
              || !each.server().accepts(each.client(), each.clientLeaf()))) {
        return Optional.of("a live connection is cut: " + each.clientLeaf() + each.serverLeaf());
      }
    }
    return blindSwitch;
  }

  /** Not to whom the operator has said that it is not waited for. */
  private static boolean isPromised(Proxy verifier, Cluster domain) {
    return !domain.leftBehind.contains(verifier.cluster) && !domain.passedOver.contains(verifier);
  }

  boolean isSteady() {
    return clusters.stream()
        .allMatch(c -> c.rotation.phase() == Phase.STEADY && c.bundle.anchors().size() == 1);
  }
}
