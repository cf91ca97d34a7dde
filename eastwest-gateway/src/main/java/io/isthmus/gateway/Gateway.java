package io.isthmus.gateway;

import io.isthmus.gateway.exports.ExportHandlers;
import io.isthmus.gateway.exports.Targets;
import io.isthmus.proxy.Readiness;
import io.isthmus.proxy.SidecarSettings;
import io.isthmus.proxy.TrustUpdates;
import io.isthmus.proxy.accesslog.AccessLog;
import io.isthmus.proxy.accesslog.AsyncAccessLog;
import io.isthmus.proxy.accesslog.Party;
import io.isthmus.proxy.accesslog.Recorder;
import io.isthmus.proxy.admin.AdminPages;
import io.isthmus.proxy.admin.HttpEndpoint;
import io.isthmus.proxy.admin.LogLevel;
import io.isthmus.proxy.admin.Page;
import io.isthmus.proxy.admin.Pages;
import io.isthmus.proxy.config.ConfigSource;
import io.isthmus.proxy.drain.Connections;
import io.isthmus.proxy.identity.SvidSource;
import io.isthmus.proxy.memory.MemoryBudget;
import io.isthmus.proxy.metrics.ProxyMetrics;
import io.isthmus.proxy.relay.EndReason;
import io.isthmus.proxy.tls.TlsContexts;
import io.isthmus.proxy.transport.ListenerException;
import io.isthmus.proxy.transport.Listeners;
import io.isthmus.proxy.transport.Transport;
import io.isthmus.proxy.tunnel.HboneServer;
import io.isthmus.proxy.tunnel.PooledTunnelDialer;
import io.isthmus.proxy.tunnel.ServerSettings;
import io.isthmus.proxy.tunnel.TunnelSettings;
import io.isthmus.settings.Setting;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wiring of the gateway. Whatever listens is bound by {@link #start}; {@link #drain} ends it in
 * order: not ready, no new connections, streams finish, the rest is cut.
 */
public final class Gateway {
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

  private final GatewaySettings settings;
  private final ConfigSource config;
  private final SvidSource svid;
  private final Runnable onDrainRequest;
  private final InstantSource clock = InstantSource.system();
  private final Transport transport = Transport.ofThisPlatform();
  private final EventLoopGroup loops;
  private final Optional<AsyncAccessLog> accessLog;
  private final ProxyMetrics metrics = new ProxyMetrics(clock);
  private final Connections connections = new Connections();
  private final Readiness readiness;
  private final TlsContexts contexts = new TlsContexts(clock, metrics);
  private final MemoryBudget budget;
  private final PooledTunnelDialer tunnels;
  private final HboneServer server;
  private final Map<String, Channel> listening = new LinkedHashMap<>();

  /** {@code onDrainRequest} is what {@code POST /drain} begins. */
  public Gateway(
      GatewaySettings settings, ConfigSource config, SvidSource svid, Runnable onDrainRequest)
      throws IOException {
    this.settings = settings;
    this.config = config;
    this.svid = svid;
    this.onDrainRequest = onDrainRequest;
    this.loops = transport.eventLoops(settings.get(SidecarSettings.THREADS), "gateway");
    this.accessLog = accessLog(settings.get(SidecarSettings.ACCESS_LOG));
    this.readiness = new Readiness(svid, config);
    this.budget = new MemoryBudget(settings.get(SidecarSettings.MEMORY_BUDGET));
    Duration connectTimeout = settings.get(SidecarSettings.CONNECT_TIMEOUT);
    this.tunnels =
        new PooledTunnelDialer(
            contexts,
            budget,
            TunnelSettings.DEFAULT.withConnectTimeout(connectTimeout),
            metrics.tunnels());
    Targets targets = new Targets(tunnels, transport.connector(connectTimeout));
    this.server =
        new HboneServer(
            contexts,
            budget,
            new HboneServer.Service(
                new ExportHandlers(config, targets, connections, recorder()), metrics.accepts()),
            ServerSettings.DEFAULT);
  }

  private static Optional<AsyncAccessLog> accessLog(String setting) throws IOException {
    return switch (setting) {
      case "off" -> Optional.empty();
      case "stdout" -> Optional.of(AsyncAccessLog.toStandardOutput());
      default -> Optional.of(AsyncAccessLog.toFile(Path.of(setting)));
    };
  }

  private Recorder recorder() {
    AccessLog log = accessLog.<AccessLog>map(file -> file).orElseGet(AccessLog::off);
    return new Recorder(log, metrics.connections(), clock, settings.cluster());
  }

  /** Binds everything; throws {@link ListenerException} when an address cannot be had. */
  public Gateway start() {
    metrics
        .watchConfig(config)
        .watchSvid(svid::current)
        .watchTrust(contexts)
        .watchMemory(budget)
        .watchAccessLog(() -> accessLog.map(AsyncAccessLog::dropped).orElse(0L));
    config.subscribe(connections::reevaluate);
    new TrustUpdates(contexts, config, svid, readiness::announce).follow();
    serve(SidecarSettings.READY_ADDRESS, readiness.pages());
    serve(
        SidecarSettings.METRICS_ADDRESS,
        new Pages().get("/metrics", () -> Page.prometheus(metrics.scrape())));
    AdminPages.requireLoopback(settings.get(SidecarSettings.ADMIN_ADDRESS));
    serve(
        SidecarSettings.ADMIN_ADDRESS,
        AdminPages.of(
            new AdminPages.Sources(config, svid::current, metrics::openTunnels, onDrainRequest),
            LogLevel.ofThisProcess()));
    bindTunnels();
    readiness.listenersBound();
    return this;
  }

  private void serve(Setting<InetSocketAddress> setting, Pages pages) {
    Listeners listeners = new Listeners(transport, loops);
    listening(setting, HttpEndpoint.bind(listeners, setting.key(), settings.get(setting), pages));
  }

  private void bindTunnels() {
    Setting<InetSocketAddress> setting = SidecarSettings.INBOUND_ADDRESS;
    ChannelFuture bound = server.bind(loops, settings.get(setting)).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new ListenerException(setting.key(), settings.get(setting), bound.cause());
    }
    listening(setting, bound.channel());
  }

  private void listening(Setting<?> setting, Channel channel) {
    listening.put(setting.key(), channel);
    LOG.atInfo().addKeyValue(setting.key(), Party.text(channel.localAddress())).log("listening");
  }

  /** The address that a listener got; for port 0. */
  public InetSocketAddress address(Setting<?> setting) {
    Channel channel = listening.get(setting.key());
    if (channel == null) {
      throw new IllegalStateException(setting.key() + " is not listened on");
    }
    return (InetSocketAddress) channel.localAddress();
  }

  public ProxyMetrics metrics() {
    return metrics;
  }

  /** Ends in order; returns when nothing is left. Blocks for the drain period at most. */
  public void drain() {
    readiness.draining();
    Duration period = settings.get(SidecarSettings.DRAIN_PERIOD);
    LOG.atInfo()
        .addKeyValue("connections", connections.count())
        .addKeyValue("period", period.toString())
        .log("draining");
    Future<Void> tunnelsClosed = server.drain(period);
    boolean finished = waitForConnections(period);
    if (!finished) {
      connections.cutAll(
          EndReason.DRAINED, "still open after the drain period of " + period.toSeconds() + " s");
    }
    tunnelsClosed.awaitUninterruptibly(1_000); // their last frames are being written
    close();
    LOG.atInfo().addKeyValue("finished", finished).log("stopped");
  }

  private boolean waitForConnections(Duration period) {
    try {
      connections.whenEmpty().get(period.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Ends at once. */
  public void close() {
    listening.values().forEach(Channel::close);
    tunnels.drain();
    loops.shutdownGracefully(50, 1_000, TimeUnit.MILLISECONDS).awaitUninterruptibly(2_000);
    contexts.close();
    accessLog.ifPresent(AsyncAccessLog::close);
  }
}
