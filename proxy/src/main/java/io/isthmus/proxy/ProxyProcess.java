package io.isthmus.proxy;

import io.isthmus.certs.SpiffeId;
import io.isthmus.certs.TrustDomain;
import io.isthmus.proxy.admin.ProcessLog;
import io.isthmus.proxy.config.ConfigHolder;
import io.isthmus.proxy.config.ConfigSource;
import io.isthmus.proxy.identity.ControlPlane;
import io.isthmus.proxy.identity.ControlPlaneConnector;
import io.isthmus.proxy.identity.SvidSource;
import io.isthmus.proxy.transport.ListenerException;
import io.isthmus.proxy.trust.TrustReporter;
import io.isthmus.proxy.xds.Node;
import io.isthmus.proxy.xds.XdsClient;
import io.isthmus.proxy.xds.XdsTiming;
import io.isthmus.settings.CommonSettings;
import io.isthmus.settings.Setting;
import io.isthmus.settings.Settings;
import io.isthmus.settings.SettingsReader;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;

/**
 * A process of the data plane: reads its settings, follows its control plane, carries traffic. Ends
 * with 0 after SIGTERM, with 2 when it cannot start as it is told.
 *
 * @param name on standard error
 * @param settings all that it knows
 */
public record ProxyProcess(String name, List<Setting<?>> settings) {
  private static final int CANNOT_START = 2;

  /**
   * What a process is in the mesh.
   *
   * @param node as the control plane is told
   */
  public record Member(Node node, Wiring wiring) {}

  /** Makes the data plane of a process; throws when the settings cannot be followed. */
  @FunctionalInterface
  public interface Wiring {
    DataPlane wire(ConfigSource config, SvidSource svid, Runnable onDrainRequest)
        throws IOException;
  }

  /** {@code member} may throw {@link IllegalArgumentException}: values that clash. */
  public void run(String[] args, Function<Settings, Member> member) {
    Settings given = SettingsReader.of(settings).readOrExit(name, args);
    ProcessLog.start(given.get(CommonSettings.LOG_LEVEL));
    try {
      run(given, member.apply(given));
    } catch (ListenerException | IOException | IllegalArgumentException e) {
      System.err.println(name + ": " + e.getMessage());
      System.exit(CANNOT_START);
    }
  }

  private static void run(Settings settings, Member member) throws IOException {
    InstantSource clock = InstantSource.system();
    SvidOrigin origin = SvidOrigin.of(settings);
    ControlPlane control = controlPlane(settings);
    ControlPlaneConnector connector = new ControlPlaneConnector(control, clock);
    SvidSource svids =
        new SvidSources(connector, identity(control.trustDomain(), member.node().workload()), clock)
            .start(origin); // asks while the rest is being made
    ConfigHolder config = new ConfigHolder(clock);
    DataPlane plane = member.wiring().wire(config, svids, Shutdown::begin);
    XdsClient client =
        new XdsClient(
            new XdsClient.Connection(connector, svids, XdsTiming.DEFAULT),
            member.node(),
            config,
            plane.metrics().config());
    client.sharedWith(
        new TrustReporter(member.node().workload().pod(), plane.trust(), svids, clock));
    client.start();
    plane.start();
    Shutdown.onSignal(plane::drain);
  }

  private static ControlPlane controlPlane(Settings settings) {
    return new ControlPlane(
        settings.get(SidecarSettings.CONTROL_ADDRESS),
        TrustDomain.of(settings.get(CommonSettings.TRUST_DOMAIN)),
        settings.get(SidecarSettings.CONTROL_BUNDLE),
        settings.get(SidecarSettings.TOKEN_FILE));
  }

  private static SpiffeId identity(TrustDomain trustDomain, Node.Workload workload) {
    return SpiffeId.workload(trustDomain, workload.namespace(), workload.serviceAccount());
  }
}
