package io.isthmus.mirror.link;

import io.isthmus.api.link.GatewayAddress;
import io.isthmus.mirror.plan.Verdict;
import io.isthmus.mirror.probe.Liveness;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** The controller's metrics. Series of a Link and of an address end with them. Thread-safe. */
public final class MirrorMetrics {
  private final MeterRegistry registry;
  private final AtomicBoolean leader = new AtomicBoolean();

  public MirrorMetrics(MeterRegistry registry) {
    this.registry = registry;
    Gauge.builder("isthmus_leader", leader, it -> it.get() ? 1 : 0)
        .description("1 while this process is the one that writes")
        .register(registry);
  }

  public void leading() {
    leader.set(true);
  }

  public void following() {
    leader.set(false);
  }

  void written(String cluster, String kind, String result) {
    Counter.builder("isthmus_mirror_writes")
        .description("writes to this cluster's API, by what they came to")
        .tags("cluster", cluster, "kind", kind, "result", result)
        .register(registry)
        .increment();
  }

  OfLink link(String cluster) {
    return new OfLink(cluster);
  }

  /** One Link's series; belongs to the Link's thread, read by scrapes. */
  final class OfLink implements AutoCloseable {
    private final String cluster;
    private final Map<GatewayAddress, List<Meter>> addresses = new HashMap<>();
    private final List<Meter> own = new ArrayList<>();
    private final Map<GatewayAddress, Liveness> liveness =
        new java.util.concurrent.ConcurrentHashMap<>();
    private volatile int services;
    private volatile double lagSeconds;

    private OfLink(String cluster) {
      this.cluster = cluster;
      own.add(
          Gauge.builder("isthmus_mirrored_services", this, it -> it.services)
              .description("Services of a peer that are mirrored here")
              .tags("cluster", cluster)
              .register(registry));
      own.add(
          Gauge.builder("isthmus_mirror_lag_seconds", this, it -> it.lagSeconds)
              .description("from a change that was seen to the mirrors being right, last time")
              .tags("cluster", cluster)
              .register(registry));
    }

    void services(int count) {
      services = count;
    }

    void lag(Duration lag) {
      lagSeconds = lag.toNanos() / 1e9;
    }

    void gateways(Map<GatewayAddress, Liveness> now) {
      for (GatewayAddress gone : List.copyOf(addresses.keySet())) {
        if (!now.containsKey(gone)) {
          addresses.getOrDefault(gone, List.of()).forEach(registry::remove);
          addresses.remove(gone);
          liveness.remove(gone);
        }
      }
      liveness.putAll(now);
      now.keySet().forEach(address -> addresses.computeIfAbsent(address, this::register));
    }

    private List<Meter> register(GatewayAddress address) {
      Tags tags = Tags.of("cluster", cluster, "address", address.toString());
      return List.of(
          Gauge.builder("isthmus_gateway_alive", liveness, it -> alive(it.get(address)))
              .description("1 if the last probes through the data path succeeded")
              .tags(tags)
              .register(registry),
          Gauge.builder("isthmus_gateway_rtt_seconds", liveness, it -> rtt(it.get(address)))
              .description("round-trip time of a probe through the data path")
              .tags(tags)
              .register(registry));
    }

    @Override
    public void close() {
      addresses.values().forEach(meters -> meters.forEach(registry::remove));
      own.forEach(registry::remove);
    }
  }

  private static double alive(@org.jspecify.annotations.Nullable Liveness liveness) {
    return liveness != null && liveness.verdict() == Verdict.ALIVE ? 1 : 0;
  }

  private static double rtt(@org.jspecify.annotations.Nullable Liveness liveness) {
    return liveness == null
        ? Double.NaN
        : liveness.rtt().map(rtt -> rtt.toNanos() / 1e9).orElse(Double.NaN);
  }
}
