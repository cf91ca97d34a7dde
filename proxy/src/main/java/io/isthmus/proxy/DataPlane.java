package io.isthmus.proxy;

import io.isthmus.proxy.admin.AdminPages;
import io.isthmus.proxy.admin.HttpEndpoint;
import io.isthmus.proxy.admin.LogLevel;
import io.isthmus.proxy.admin.Page;
import io.isthmus.proxy.admin.Pages;
import io.isthmus.proxy.admin.TcpProbes;
import io.isthmus.proxy.drain.Connections;
import io.isthmus.proxy.metrics.ProxyMetrics;
import io.isthmus.proxy.relay.EndReason;
import io.isthmus.proxy.transport.ListenerException;
import io.isthmus.proxy.trust.TrustUpdates;
import io.isthmus.proxy.tunnel.CallerHandlers;
import io.isthmus.proxy.tunnel.HboneServer;
import io.isthmus.settings.Setting;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a process of the data plane, sidecar or gateway. Whatever listens is bound by {@link
 * #start}: pages, tunnels, then the entrances in their order. {@link #drain} ends it in order: not
 * ready, no new connections, open ones finish, the rest is cut.
 */
public final class DataPlane {
  private static final Logger LOG = LoggerFactory.getLogger(DataPlane.class);

  /** The last frames of tunnels are being written. */
  private static final Duration LAST_FRAMES = Duration.ofSeconds(1);

  private final DataPlaneParts parts;
  private final DataPlaneParts.Inputs inputs;
  private final HboneServer server;
  private final List<Entrance> entrances;
  private final Readiness readiness;
  private final OpenListeners listening = new OpenListeners();
  private Optional<TcpProbes> probes = Optional.empty();

  /** Where connections other than tunnels are accepted, if the setting is given. */
  public record Entrance(Setting<Optional<InetSocketAddress>> address, ChannelHandler accepted) {}

  /** Takes the parts over; {@code tunnels} answers what comes in by tunnel. */
  public DataPlane(DataPlaneParts parts, CallerHandlers tunnels, List<Entrance> entrances) {
    this.parts = parts;
    this.inputs = parts.inputs();
    this.server = parts.server(tunnels);
    this.entrances = List.copyOf(entrances);
    this.readiness = new Readiness(inputs.svid(), inputs.config(), parts.trust());
  }

  /** Serves these beside readiness; before the start. */
  DataPlane with(TcpProbes tcpProbes) {
    probes = Optional.of(tcpProbes);
    return this;
  }

  /** Binds everything; throws {@link ListenerException} when an address cannot be had. */
  public DataPlane start() {
    parts.follow(readiness);
    Pages ready = readiness.pages();
    probes.ifPresent(tcp -> tcp.addTo(ready));
    serve(SidecarSettings.READY_ADDRESS, ready);
    serve(
        SidecarSettings.METRICS_ADDRESS,
        new Pages().get("/metrics", () -> Page.prometheus(metrics().scrape())));
    serve(SidecarSettings.ADMIN_ADDRESS, adminPages());
    bindTunnels();
    entrances.forEach(this::bind);
    readiness.listenersBound();
    return this;
  }

  private Pages adminPages() {
    AdminPages.requireLoopback(inputs.settings().get(SidecarSettings.ADMIN_ADDRESS));
    return AdminPages.of(
        new AdminPages.Sources(
            inputs.config(),
            inputs.svid()::current,
            metrics()::openTunnels,
            inputs.onDrainRequest()),
        LogLevel.ofThisProcess());
  }

  private void serve(Setting<InetSocketAddress> setting, Pages pages) {
    InetSocketAddress address = inputs.settings().get(setting);
    listening.add(setting, HttpEndpoint.bind(parts.listeners(), setting.key(), address, pages));
  }

  private void bindTunnels() {
    Setting<InetSocketAddress> setting = SidecarSettings.INBOUND_ADDRESS;
    InetSocketAddress address = inputs.settings().get(setting);
    ChannelFuture bound = server.bind(parts.loops(), address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new ListenerException(setting.key(), address, bound.cause());
    }
    listening.add(setting, bound.channel());
  }

  private void bind(Entrance entrance) {
    Setting<Optional<InetSocketAddress>> setting = entrance.address();
    inputs
        .settings()
        .get(setting)
        .ifPresent(address ->
            listening.add(
                setting, parts.listeners().bind(setting.key(), address, entrance.accepted())));
  }

  /** The address that a listener got; for port 0. */
  public InetSocketAddress address(Setting<?> setting) {
    return listening.address(setting);
  }

  public ProxyMetrics metrics() {
    return parts.metrics();
  }

  /** What is believed, and held back. */
  public TrustUpdates trust() {
    return parts.trust();
  }

  /** Ends in order; returns when nothing is left. Blocks for the drain period at most. */
  public void drain() {
    readiness.draining();
    Duration period = inputs.settings().get(SidecarSettings.DRAIN_PERIOD);
    Connections connections = parts.connections();
    LOG.atInfo()
        .addKeyValue("connections", connections.count())
        .addKeyValue("period", period.toString())
        .log("draining");
    // what enters here may leave by tunnel, so the entrances go first
    entrances.reversed().forEach(entrance -> listening.close(entrance.address()));
    Future<Void> tunnelsClosed = server.drain(period);
    long end = System.nanoTime() + period.toNanos();
    // tunnels last: a CONNECT that crossed their GOAWAY is a connection that comes after the first
    // wait
    boolean finished =
        waitFor(connections, period)
            && tunnelsClosed.awaitUninterruptibly(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    if (!finished) {
      connections.cutAll(
          EndReason.DRAINED, "still open after the drain period of " + period.toSeconds() + " s");
    }
    tunnelsClosed.awaitUninterruptibly(LAST_FRAMES.toMillis());
    close();
    LOG.atInfo().addKeyValue("finished", finished).log("stopped");
  }

  private static boolean waitFor(Connections connections, Duration period) {
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
    listening.closeAll();
    parts.close();
  }
}
