package io.isthmus.proxy;

import io.isthmus.proxy.accesslog.AccessLog;
import io.isthmus.proxy.accesslog.AsyncAccessLog;
import io.isthmus.proxy.accesslog.Recorder;
import io.isthmus.proxy.config.ConfigSource;
import io.isthmus.proxy.drain.Connections;
import io.isthmus.proxy.identity.SvidSource;
import io.isthmus.proxy.memory.MemoryBudget;
import io.isthmus.proxy.metrics.ProxyMetrics;
import io.isthmus.proxy.tls.TlsContexts;
import io.isthmus.proxy.transport.Listeners;
import io.isthmus.proxy.transport.Transport;
import io.isthmus.proxy.trust.TrustUpdates;
import io.isthmus.proxy.tunnel.CallerHandlers;
import io.isthmus.proxy.tunnel.HboneServer;
import io.isthmus.proxy.tunnel.PooledTunnelDialer;
import io.isthmus.proxy.tunnel.ServerSettings;
import io.isthmus.proxy.tunnel.TunnelDialer;
import io.isthmus.proxy.tunnel.TunnelSettings;
import io.isthmus.settings.CommonSettings;
import io.isthmus.settings.Settings;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What every process of the data plane is made of, before it is decided who answers where. Made of
 * the settings that sidecar and gateway share; owned, and closed, by their {@link DataPlane}.
 */
public final class DataPlaneParts {
  private static final Duration RECHECK = Duration.ofSeconds(3);

  private final Inputs inputs;
  private final InstantSource clock = InstantSource.system();
  private final Transport transport = Transport.ofThisPlatform();
  private final EventLoopGroup loops;
  private final Optional<AsyncAccessLog> accessLog;
  private final ProxyMetrics metrics = new ProxyMetrics(clock);
  private final Connections connections = new Connections();
  private final TlsContexts contexts = new TlsContexts(clock, metrics);
  private final TrustUpdates trust;
  private final MemoryBudget budget;
  private final PooledTunnelDialer tunnels;

  /**
   * What a process is given.
   *
   * @param onDrainRequest what {@code POST /drain} begins
   */
  public record Inputs(
      Settings settings, ConfigSource config, SvidSource svid, Runnable onDrainRequest) {}

  /**
   * Throws {@link IOException} when the access log cannot be opened.
   *
   * @param threads what the event loops' threads are called
   */
  public DataPlaneParts(String threads, Inputs inputs) throws IOException {
    this.inputs = inputs;
    Settings settings = inputs.settings();
    this.trust =
        new TrustUpdates(
            contexts,
            new TrustUpdates.Sources(inputs.config(), inputs.svid()),
            metrics.trust(),
            new TrustUpdates.Timing(clock, DataPlaneParts::later));
    this.accessLog = accessLog(settings.get(SidecarSettings.ACCESS_LOG));
    this.budget = new MemoryBudget(settings.get(SidecarSettings.MEMORY_BUDGET));
    this.loops = transport.eventLoops(settings.get(SidecarSettings.THREADS), threads);
    this.tunnels =
        new PooledTunnelDialer(
            contexts,
            budget,
            TunnelSettings.DEFAULT
                .withConnectTimeout(connectTimeout())
                .withMaxAge(settings.get(SidecarSettings.MAX_CONNECTION_AGE)),
            metrics.tunnels());
  }

  /** What was refused is looked at again; on no loop, since a swap takes milliseconds. */
  private static void later(Runnable task) {
    GlobalEventExecutor.INSTANCE.schedule(task, RECHECK.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Optional<AsyncAccessLog> accessLog(String setting) throws IOException {
    return switch (setting) {
      case "off" -> Optional.empty();
      case "stdout" -> Optional.of(AsyncAccessLog.toStandardOutput());
      default -> Optional.of(AsyncAccessLog.toFile(Path.of(setting)));
    };
  }

  private Duration connectTimeout() {
    return inputs.settings().get(SidecarSettings.CONNECT_TIMEOUT);
  }

  public ConfigSource config() {
    return inputs.config();
  }

  public Connections connections() {
    return connections;
  }

  public TunnelDialer tunnels() {
    return tunnels;
  }

  /** Of the tunnels, both ways; for sessions inside their streams. */
  public TlsContexts contexts() {
    return contexts;
  }

  /** For plain connections. The group and handler are missing. */
  public Bootstrap connector() {
    return transport.connector(connectTimeout());
  }

  public Recorder recorder() {
    AccessLog log = accessLog.<AccessLog>map(file -> file).orElseGet(AccessLog::off);
    return new Recorder(
        log, metrics.connections(), clock, inputs.settings().get(CommonSettings.CLUSTER));
  }

  EventLoopGroup loops() {
    return loops;
  }

  InstantSource clock() {
    return clock;
  }

  Inputs inputs() {
    return inputs;
  }

  ProxyMetrics metrics() {
    return metrics;
  }

  Listeners listeners() {
    return new Listeners(transport, loops);
  }

  HboneServer server(CallerHandlers handlers) {
    return new HboneServer(
        contexts,
        budget,
        new HboneServer.Service(handlers, metrics.accepts()),
        ServerSettings.DEFAULT.withMaxAge(
            inputs.settings().get(SidecarSettings.MAX_CONNECTION_AGE)));
  }

  TrustUpdates trust() {
    return trust;
  }

  /** From here on metrics and trust follow what the process is told. */
  void follow(Readiness readiness) {
    metrics
        .watchConfig(inputs.config())
        .watchSvid(inputs.svid()::current, inputs.svid()::failures)
        .watchTrust(contexts)
        .watchMemory(budget)
        .watchAccessLog(() -> accessLog.map(AsyncAccessLog::dropped).orElse(0L));
    inputs.config().subscribe(connections::reevaluate);
    trust.follow(readiness::announce);
  }

  void close() {
    tunnels.close();
    loops.shutdownGracefully(50, 1_000, TimeUnit.MILLISECONDS).awaitUninterruptibly(2_000);
    trust.close();
    contexts.close();
    accessLog.ifPresent(AsyncAccessLog::close);
  }
}
