package io.isthmus.proxy;

import io.isthmus.certs.Svid;
import io.isthmus.proxy.accesslog.AccessLog;
import io.isthmus.proxy.accesslog.AsyncAccessLog;
import io.isthmus.proxy.accesslog.Party;
import io.isthmus.proxy.accesslog.Recorder;
import io.isthmus.proxy.admin.AdminPages;
import io.isthmus.proxy.admin.HttpEndpoint;
import io.isthmus.proxy.admin.LogLevel;
import io.isthmus.proxy.admin.Page;
import io.isthmus.proxy.admin.Pages;
import io.isthmus.proxy.capture.CapturedInbound;
import io.isthmus.proxy.capture.CapturedOutbound;
import io.isthmus.proxy.config.ConfigSource;
import io.isthmus.proxy.drain.Connections;
import io.isthmus.proxy.explicit.ExplicitProxy;
import io.isthmus.proxy.identity.SvidSource;
import io.isthmus.proxy.inbound.InboundHandlers;
import io.isthmus.proxy.memory.MemoryBudget;
import io.isthmus.proxy.metrics.ProxyMetrics;
import io.isthmus.proxy.outbound.Destinations;
import io.isthmus.proxy.outbound.Outbound;
import io.isthmus.proxy.outbound.OwnAddresses;
import io.isthmus.proxy.outbound.TargetDialer;
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
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wiring of the sidecar. Whatever listens is bound by {@link #start}; {@link #drain} ends it in
 * order: not ready, no new connections, open ones finish, the rest is cut.
 */
public final class Sidecar {
  private static final Logger LOG = LoggerFactory.getLogger(Sidecar.class);

  private final SidecarSettings settings;
  private final ConfigSource config;
  private final SvidSource svid;
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
  private final Recorder recorder;
  private final OwnAddresses own;
  private final Runnable onDrainRequest;

  /** {@code onDrainRequest} is what {@code POST /drain} begins. */
  public Sidecar(
      SidecarSettings settings, ConfigSource config, SvidSource svid, Runnable onDrainRequest)
      throws IOException {
    this.settings = settings;
    this.config = config;
    this.svid = svid;
    this.onDrainRequest = onDrainRequest;
    this.loops = transport.eventLoops(settings.get(SidecarSettings.THREADS), "proxy");
    this.accessLog = accessLog(settings.get(SidecarSettings.ACCESS_LOG));
    AccessLog log = accessLog.<AccessLog>map(file -> file).orElseGet(AccessLog::off);
    this.recorder = new Recorder(log, metrics.connections(), clock, settings.cluster());
    this.readiness = new Readiness(svid, config);
    this.budget = new MemoryBudget(settings.get(SidecarSettings.MEMORY_BUDGET));
    Duration connectTimeout = settings.get(SidecarSettings.CONNECT_TIMEOUT);
    this.tunnels =
        new PooledTunnelDialer(
            contexts,
            budget,
            TunnelSettings.DEFAULT.withConnectTimeout(connectTimeout),
            metrics.tunnels());
    this.own = new OwnAddresses(ports(settings), this::isLocal);
    this.server =
        new HboneServer(
            contexts,
            budget,
            new HboneServer.Service(inbound(), metrics.accepts()),
            ServerSettings.DEFAULT);
  }

  private static Optional<AsyncAccessLog> accessLog(String setting) throws IOException {
    return switch (setting) {
      case "off" -> Optional.empty();
      case "stdout" -> Optional.of(AsyncAccessLog.toStandardOutput());
      default -> Optional.of(AsyncAccessLog.toFile(Path.of(setting)));
    };
  }

  private static Set<Integer> ports(SidecarSettings settings) {
    return Stream.of(
            Optional.of(settings.get(SidecarSettings.INBOUND_ADDRESS)),
            settings.get(SidecarSettings.INBOUND_PLAINTEXT_ADDRESS),
            settings.get(SidecarSettings.OUTBOUND_ADDRESS),
            settings.get(SidecarSettings.EXPLICIT_ADDRESS),
            Optional.of(settings.get(SidecarSettings.ADMIN_ADDRESS)),
            Optional.of(settings.get(SidecarSettings.METRICS_ADDRESS)),
            Optional.of(settings.get(SidecarSettings.READY_ADDRESS)))
        .flatMap(Optional::stream)
        .map(InetSocketAddress::getPort)
        .filter(port -> port != 0)
        .collect(Collectors.toSet());
  }

  private boolean isLocal(InetAddress address) {
    return address.isLoopbackAddress()
        || address.isAnyLocalAddress()
        || address.equals(settings.get(SidecarSettings.POD_IP));
  }

  private Bootstrap connector() {
    return transport.connector(settings.get(SidecarSettings.CONNECT_TIMEOUT));
  }

  /** Who the application beside this proxy is. */
  private Party self() {
    return Party.UNKNOWN
        .withIdentity(svid.current().map(held -> held.id().toString()).orElse(""))
        .withCluster(settings.cluster());
  }

  private InboundHandlers inbound() {
    return InboundHandlers.of(
        config,
        new InboundHandlers.Trust(settings.gateway(), own),
        new InboundHandlers.Parts(connector(), connections, recorder, this::self));
  }

  private Outbound outbound() {
    TargetDialer dialer =
        new TargetDialer(tunnels, connector(), Map.of("baggage", settings.baggage()));
    return new Outbound(dialer, connections, loops, clock);
  }

  /** Binds everything; throws {@link ListenerException} when an address cannot be had. */
  public Sidecar start() {
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
    serve(SidecarSettings.ADMIN_ADDRESS, adminPages());
    bindInbound();
    bindOutbound();
    readiness.listenersBound();
    return this;
  }

  private Pages adminPages() {
    AdminPages.requireLoopback(settings.get(SidecarSettings.ADMIN_ADDRESS));
    return AdminPages.of(
        new AdminPages.Sources(config, svid::current, metrics::openTunnels, onDrainRequest),
        LogLevel.ofThisProcess());
  }

  private void serve(Setting<InetSocketAddress> setting, Pages pages) {
    listening(
        setting.key(),
        HttpEndpoint.bind(
            new Listeners(transport, loops), setting.key(), settings.get(setting), pages));
  }

  private void bindInbound() {
    InetSocketAddress address = settings.get(SidecarSettings.INBOUND_ADDRESS);
    ChannelFuture bound = server.bind(loops, address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new ListenerException(SidecarSettings.INBOUND_ADDRESS.key(), address, bound.cause());
    }
    listening(SidecarSettings.INBOUND_ADDRESS.key(), bound.channel());
    accept(
        SidecarSettings.INBOUND_PLAINTEXT_ADDRESS, new CapturedInbound(outbound(), own, recorder));
  }

  private void bindOutbound() {
    Destinations destinations =
        new Destinations(
            config, own, settings.get(SidecarSettings.UNKNOWN_DESTINATIONS), settings.scope());
    Outbound outbound = outbound();
    accept(
        SidecarSettings.EXPLICIT_ADDRESS,
        new ExplicitProxy(destinations, outbound, recorder, this::self));
    accept(
        SidecarSettings.OUTBOUND_ADDRESS,
        new CapturedOutbound(destinations, outbound, recorder, this::self));
  }

  private void accept(Setting<Optional<InetSocketAddress>> setting, ChannelHandler handler) {
    settings
        .get(setting)
        .ifPresent(address -> {
          Listeners listeners = new Listeners(transport, loops);
          listening(setting.key(), listeners.bind(setting.key(), address, handler));
        });
  }

  private void listening(String key, Channel channel) {
    listening.put(key, channel);
    LOG.atInfo().addKeyValue(key, Party.text(channel.localAddress())).log("listening");
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

  public Optional<Svid> svid() {
    return svid.current();
  }

  /** Ends in order; returns when nothing is left. Blocks for the drain period at most. */
  public void drain() {
    readiness.draining();
    Duration period = settings.get(SidecarSettings.DRAIN_PERIOD);
    LOG.atInfo()
        .addKeyValue("connections", connections.count())
        .addKeyValue("period", period.toString())
        .log("draining");
    stopAccepting();
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

  private void stopAccepting() {
    Stream.of(
            SidecarSettings.EXPLICIT_ADDRESS,
            SidecarSettings.OUTBOUND_ADDRESS,
            SidecarSettings.INBOUND_PLAINTEXT_ADDRESS)
        .map(setting -> listening.get(setting.key()))
        .forEach(channel -> {
          if (channel != null) {
            channel.close().awaitUninterruptibly();
          }
        });
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
