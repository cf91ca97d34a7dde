package io.isthmus.proxy;

import io.isthmus.proxy.accesslog.Party;
import io.isthmus.proxy.accesslog.Recorder;
import io.isthmus.proxy.admin.TcpProbes;
import io.isthmus.proxy.capture.CapturedInbound;
import io.isthmus.proxy.capture.CapturedOutbound;
import io.isthmus.proxy.config.ConfigSource;
import io.isthmus.proxy.explicit.ExplicitProxy;
import io.isthmus.proxy.identity.SvidSource;
import io.isthmus.proxy.inbound.InboundHandlers;
import io.isthmus.proxy.outbound.Destinations;
import io.isthmus.proxy.outbound.Outbound;
import io.isthmus.proxy.outbound.OwnAddresses;
import io.isthmus.proxy.outbound.TargetDialer;
import io.isthmus.proxy.transport.ListenerException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The wiring of the sidecar: a data plane with the application beside it at one end. */
public final class Sidecar {
  private final SidecarSettings settings;
  private final SvidSource svid;
  private final DataPlaneParts parts;
  private final Recorder recorder;
  private final OwnAddresses own;
  private final DataPlane plane;

  /** {@code onDrainRequest} is what {@code POST /drain} begins. */
  public Sidecar(
      SidecarSettings settings, ConfigSource config, SvidSource svid, Runnable onDrainRequest)
      throws IOException {
    this.settings = settings;
    this.svid = svid;
    this.parts =
        new DataPlaneParts(
            "proxy", new DataPlaneParts.Inputs(settings.values(), config, svid, onDrainRequest));
    this.recorder = parts.recorder();
    this.own = new OwnAddresses(ports(settings), this::isLocal);
    this.plane = new DataPlane(parts, inbound(), entrances());
    settings
        .get(SidecarSettings.TCP_PROBES)
        .map(TcpProbes::ports)
        .ifPresent(ports ->
            plane.with(
                new TcpProbes(
                    ports,
                    settings.get(SidecarSettings.POD_IP),
                    () -> parts.connector().group(parts.loops().next()))));
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

  /** Who the application beside this proxy is. */
  private Party self() {
    return Party.UNKNOWN
        .withIdentity(svid.current().map(held -> held.id().toString()).orElse(""))
        .withCluster(settings.cluster());
  }

  private InboundHandlers inbound() {
    return InboundHandlers.of(
        parts.config(),
        new InboundHandlers.Trust(settings.gateway(), own),
        new InboundHandlers.Parts(parts.connector(), parts.connections(), recorder, this::self));
  }

  private List<DataPlane.Entrance> entrances() {
    Destinations destinations =
        new Destinations(
            parts.config(),
            own,
            settings.get(SidecarSettings.UNKNOWN_DESTINATIONS),
            settings.scope());
    Outbound outbound = outbound();
    return List.of(
        new DataPlane.Entrance(
            SidecarSettings.INBOUND_PLAINTEXT_ADDRESS,
            new CapturedInbound(outbound(), own, recorder)),
        new DataPlane.Entrance(
            SidecarSettings.OUTBOUND_ADDRESS,
            new CapturedOutbound(destinations, outbound, recorder, this::self)),
        new DataPlane.Entrance(
            SidecarSettings.EXPLICIT_ADDRESS,
            new ExplicitProxy(destinations, outbound, recorder, this::self)));
  }

  private Outbound outbound() {
    TargetDialer dialer =
        new TargetDialer(parts.tunnels(), parts.connector(), Map.of("baggage", settings.baggage()));
    return new Outbound(dialer, parts.connections(), parts.loops(), parts.clock());
  }

  DataPlane plane() {
    return plane;
  }

  /** Binds everything; throws {@link ListenerException} when an address cannot be had. */
  public DataPlane start() {
    return plane.start();
  }
}
