package io.isthmus.proxy.metrics;

import io.isthmus.certs.Svid;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.TrustDomain;
import io.isthmus.proxy.config.ConfigSource;
import io.isthmus.proxy.memory.MemoryBudget;
import io.isthmus.proxy.tls.HandshakeFailure;
import io.isthmus.proxy.tls.HandshakeObserver;
import io.isthmus.proxy.tls.TlsContexts;
import io.isthmus.proxy.tls.TlsRole;
import io.isthmus.proxy.trust.TrustObserver;
import io.isthmus.proxy.tunnel.AcceptObserver;
import io.isthmus.proxy.tunnel.Caller;
import io.isthmus.proxy.tunnel.TunnelObserver;
import io.isthmus.proxy.xds.XdsObserver;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The meters of one process, and their text for Prometheus. */
public final class ProxyMetrics implements HandshakeObserver {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ConnectionMeters connections = new ConnectionMeters(registry);
  private final TunnelMeters tunnels = new TunnelMeters(registry);
  private final ConfigMeters config = new ConfigMeters(registry);
  private final AnchorMeters anchors = new AnchorMeters(registry);
  private final InstantSource clock;

  /** Meters hold what they read weakly: a lambda that nobody else holds would be gone soon. */
  private final List<Object> read = new ArrayList<>();

  public ProxyMetrics(InstantSource clock) {
    this.clock = clock;
  }

  /** For meters of other packages and processes. */
  public MeterRegistry registry() {
    return registry;
  }

  public ConnectionMetrics connections() {
    return connections;
  }

  /** Counts what becomes of the control plane's updates. */
  public XdsObserver config() {
    return config;
  }

  /** Counts the tunnels that this process dials. */
  public TunnelObserver tunnels() {
    return tunnels;
  }

  /** Counts the generations of trust that are refused. */
  public TrustObserver trust() {
    return domain ->
        registry
            .counter("isthmus.trust.generations.refused", "trust_domain", domain.name())
            .increment();
  }

  /** Counts the tunnels that this process accepts. */
  public AcceptObserver accepts() {
    return tunnels;
  }

  /**
   * Tunnels that are open now.
   *
   * @param dialled by this process, with this number of streams
   * @param accepted from these callers
   */
  public record OpenTunnels(long dialled, long streams, Set<Caller> accepted) {}

  public OpenTunnels openTunnels() {
    return new OpenTunnels(tunnels.dialled(), tunnels.streams(), tunnels.callers());
  }

  /** The page that Prometheus reads. */
  public String scrape() {
    anchors.refresh();
    return registry.scrape();
  }

  @Override
  public void onSucceeded(TlsRole role, Duration took) {
    handshake(role, "ok");
  }

  @Override
  public void onFailed(TlsRole role, HandshakeFailure failure) {
    handshake(role, failure.reason());
  }

  private void handshake(TlsRole role, String result) {
    String name = role.name().toLowerCase(Locale.ROOT);
    registry.counter("isthmus.handshakes", "role", name, "result", result).increment();
  }

  /** Age of the configuration; NaN before the first one. */
  public ProxyMetrics watchConfig(ConfigSource config) {
    Gauge.builder("isthmus.config.age.seconds", config, this::age).register(registry);
    return this;
  }

  private double age(ConfigSource config) {
    return config.since().equals(Instant.EPOCH)
        ? Double.NaN
        : Duration.between(config.since(), clock.instant()).toMillis() / 1000.0;
  }

  /** When the SVID ends, NaN before the first one; and how often there was none to be had. */
  public ProxyMetrics watchSvid(Supplier<Optional<Svid>> svid, LongSupplier failures) {
    read.add(svid);
    counter("isthmus.svid.failures", failures);
    Gauge.builder("isthmus.svid.expiry.timestamp.seconds", svid, ProxyMetrics::expiry)
        .register(registry);
    return this;
  }

  private static double expiry(Supplier<Optional<Svid>> svid) {
    return svid.get().map(s -> (double) s.notAfter().getEpochSecond()).orElse(Double.NaN);
  }

  /** The bundle sequence that TLS enforces, per trust domain, from now on. */
  public ProxyMetrics watchTrust(TlsContexts contexts) {
    contexts.subscribe(generation -> {
      generation.material().bundles().trustDomains().forEach(domain -> trust(contexts, domain));
    });
    anchors.watch(contexts);
    return this;
  }

  private void trust(TlsContexts contexts, TrustDomain domain) {
    Tags tags = Tags.of("trust_domain", domain.name());
    if (registry.find("isthmus.trust.generation").tags(tags).gauge() == null) {
      Gauge.builder("isthmus.trust.generation", contexts, c -> enforced(c, domain))
          .tags(tags)
          .register(registry);
    }
  }

  private static double enforced(TlsContexts contexts, TrustDomain domain) {
    return contexts
        .current()
        .flatMap(generation -> generation.material().bundles().find(domain))
        .map(TrustBundle::sequence)
        .map(Long::doubleValue)
        .orElse(Double.NaN);
  }

  public ProxyMetrics watchMemory(MemoryBudget budget) {
    Gauge.builder("isthmus.memory.budget.bytes", budget, MemoryBudget::total).register(registry);
    Gauge.builder("isthmus.memory.budget.used.bytes", budget, MemoryBudget::granted)
        .register(registry);
    return this;
  }

  /** Access-log entries that were lost. */
  public ProxyMetrics watchAccessLog(LongSupplier dropped) {
    counter("isthmus.access.log.dropped", dropped);
    return this;
  }

  private void counter(String name, LongSupplier value) {
    read.add(value);
    FunctionCounter.builder(name, value, LongSupplier::getAsLong).register(registry);
  }
}
