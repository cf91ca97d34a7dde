package io.isthmus.proxy;

import io.isthmus.certs.SpiffeId;
import io.isthmus.proxy.admin.ProcessLog;
import io.isthmus.proxy.config.ConfigHolder;
import io.isthmus.proxy.identity.ControlPlane;
import io.isthmus.proxy.identity.ControlPlaneConnector;
import io.isthmus.proxy.identity.ControlPlaneSvidSource;
import io.isthmus.proxy.transport.ListenerException;
import io.isthmus.proxy.xds.Node;
import io.isthmus.proxy.xds.XdsClient;
import io.isthmus.proxy.xds.XdsTiming;
import io.isthmus.settings.CommonSettings;
import io.isthmus.settings.Settings;
import io.isthmus.settings.SettingsReader;
import java.io.IOException;
import java.time.InstantSource;

/** The sidecar process. Ends with 0 after SIGTERM, with 2 when it cannot start as it is told. */
public final class Main {
  private static final String PROCESS = "isthmus-proxy";
  private static final int CANNOT_START = 2;

  private Main() {}

  public static void main(String[] args) {
    Settings values = SettingsReader.of(SidecarSettings.all()).readOrExit(PROCESS, args);
    ProcessLog.start(values.get(CommonSettings.LOG_LEVEL));
    try {
      run(new SidecarSettings(values));
    } catch (ListenerException | IOException | IllegalArgumentException e) {
      System.err.println(PROCESS + ": " + e.getMessage());
      System.exit(CANNOT_START);
    }
  }

  private static void run(SidecarSettings settings) throws IOException {
    InstantSource clock = InstantSource.system();
    ControlPlaneConnector connector = new ControlPlaneConnector(controlPlane(settings), clock);
    ControlPlaneSvidSource svids = new ControlPlaneSvidSource(connector, identity(settings), clock);
    svids.start(); // asks while the rest is being made
    ConfigHolder config = new ConfigHolder(clock);
    Sidecar sidecar = new Sidecar(settings, config, svids, () -> Shutdown.begin());
    XdsClient client =
        new XdsClient(
            new XdsClient.Connection(connector, svids, XdsTiming.DEFAULT),
            node(settings),
            config,
            sidecar.metrics().config());
    client.start();
    sidecar.start();
    Shutdown.onSignal(sidecar::drain);
  }

  private static ControlPlane controlPlane(SidecarSettings settings) {
    return new ControlPlane(
        settings.get(SidecarSettings.CONTROL_ADDRESS),
        settings.trustDomain(),
        settings.get(SidecarSettings.CONTROL_BUNDLE),
        settings.get(SidecarSettings.TOKEN_FILE));
  }

  private static SpiffeId identity(SidecarSettings settings) {
    return SpiffeId.workload(
        settings.trustDomain(),
        settings.get(SidecarSettings.NAMESPACE),
        settings.get(SidecarSettings.SERVICE_ACCOUNT));
  }

  private static Node node(SidecarSettings settings) {
    return new Node(
        Node.Role.SIDECAR,
        settings.cluster(),
        new Node.Workload(
            settings.get(SidecarSettings.NAMESPACE),
            settings.get(SidecarSettings.SERVICE_ACCOUNT),
            settings.get(SidecarSettings.POD),
            settings.get(SidecarSettings.POD_IP).getHostAddress()),
        settings.get(SidecarSettings.EXPLICIT_ADDRESS).isPresent()
            ? Node.ExplicitNames.ASKED
            : Node.ExplicitNames.NOT_ASKED);
  }
}
