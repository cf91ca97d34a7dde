package io.isthmus.proxy.balance;

import io.isthmus.proxy.config.Cluster;
import io.isthmus.proxy.config.Endpoint;
import io.isthmus.proxy.config.Tunnel;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Power of two choices by open connections. An endpoint that could not be connected is left out for
 * a back-off that doubles with each failure in a row; when every endpoint is left out, all are
 * tried all the same: a wrong guess must not make an outage.
 */
public final class Balancer {
  static final Duration FIRST_BACK_OFF = Duration.ofSeconds(1);
  static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(30);

  /** At this many known endpoints, those that are idle and in no back-off are forgotten. */
  static final int SWEEP_AT = 1024;

  private final InstantSource clock;
  private final RandomGenerator random;
  private final Map<Endpoint, Load> loads = new HashMap<>();

  private static final class Load {
    private int connections;
    private int failures;
    private Instant ejectedUntil = Instant.MIN;
  }

  public Balancer(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /**
   * The endpoint for the next connection; it counts as loaded until the pick is closed.
   *
   * @param tried those that failed for this connection already
   * @return empty when no endpoint is left: healthy ones first, then gateways, whose health is what
   *     the last probe saw: one that came back since is of use at once. An unready Pod never is
   */
  public Optional<Pick> pick(Cluster cluster, Set<Endpoint> tried) {
    List<Endpoint> left = untried(cluster, tried, Endpoint::healthy);
    if (left.isEmpty()) {
      left = untried(cluster, tried, endpoint -> endpoint.tunnel() instanceof Tunnel.Gateway);
    }
    if (left.isEmpty()) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    List<Endpoint> good = left.stream().filter(endpoint -> !isEjected(endpoint, now)).toList();
    return Optional.of(new Pick(this, lessLoaded(good.isEmpty() ? left : good)));
  }

  private static List<Endpoint> untried(
      Cluster cluster, Set<Endpoint> tried, Predicate<Endpoint> usable) {
    List<Endpoint> left = new ArrayList<>(cluster.endpoints().size());
    for (Endpoint endpoint : cluster.endpoints()) {
      if (usable.test(endpoint) && !tried.contains(endpoint)) {
        left.add(endpoint);
      }
    }
    return left;
  }

  private Endpoint lessLoaded(List<Endpoint> endpoints) {
    int size = endpoints.size();
    if (size == 1) {
      return endpoints.getFirst();
    }
    int first = random.nextInt(size);
    int second = (first + 1 + random.nextInt(size - 1)) % size;
    Endpoint a = endpoints.get(first);
    Endpoint b = endpoints.get(second);
    return connections(b) < connections(a) ? b : a;
  }

  /** Open connections that this balancer chose {@code endpoint} for. */
  public int connections(Endpoint endpoint) {
    Load load = loads.get(endpoint);
    return load == null ? 0 : load.connections;
  }

  /** Whether {@code endpoint} is left out for now. */
  public boolean isEjected(Endpoint endpoint) {
    return isEjected(endpoint, clock.instant());
  }

  private boolean isEjected(Endpoint endpoint, Instant now) {
    Load load = loads.get(endpoint);
    return load != null && now.isBefore(load.ejectedUntil);
  }

  void opened(Endpoint endpoint) {
    sweep();
    load(endpoint).connections++;
  }

  void closed(Endpoint endpoint) {
    load(endpoint).connections--;
  }

  void succeeded(Endpoint endpoint) {
    Load load = load(endpoint);
    load.failures = 0;
    load.ejectedUntil = Instant.MIN;
  }

  void failed(Endpoint endpoint) {
    Load load = load(endpoint);
    long backOff = FIRST_BACK_OFF.toMillis() << Math.min(load.failures, 10);
    load.failures++;
    load.ejectedUntil = clock.instant().plusMillis(Math.min(backOff, LONGEST_BACK_OFF.toMillis()));
  }

  private Load load(Endpoint endpoint) {
    return loads.computeIfAbsent(endpoint, e -> new Load());
  }

  private void sweep() {
    if (loads.size() >= SWEEP_AT) {
      Instant now = clock.instant();
      loads.values().removeIf(load -> load.connections == 0 && !now.isBefore(load.ejectedUntil));
    }
  }
}
