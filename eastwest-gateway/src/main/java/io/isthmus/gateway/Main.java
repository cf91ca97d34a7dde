package io.isthmus.gateway;

import io.isthmus.proxy.Shutdown;
import io.isthmus.proxy.SidecarSettings;
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
import io.isthmus.settings.SettingsReader;
import java.io.IOException;
import java.time.InstantSource;

/** The gateway process. Ends with 0 after SIGTERM, with 2 when it cannot start as it is told. */
public final class Main {
  private static final String PROCESS = "isthmus-eastwest-gateway";
  private static final int CANNOT_START = 2;

  private Main() {}

  public static void main(String[] args) {
    GatewaySettings settings =
        new GatewaySettings(SettingsReader.of(GatewaySettings.all()).readOrExit(PROCESS, args));
    ProcessLog.start(settings.get(CommonSettings.LOG_LEVEL));
    try {
      run(settings);
    } catch (ListenerException | IOException e) {
      System.err.println(PROCESS + ": " + e.getMessage());
      System.exit(CANNOT_START);
    }
  }

  private static void run(GatewaySettings settings) throws IOException {
    InstantSource clock = InstantSource.system();
    ControlPlaneConnector connector = new ControlPlaneConnector(controlPlane(settings), clock);
    ControlPlaneSvidSource svids = new ControlPlaneSvidSource(connector, settings.id(), clock);
    svids.start(); // asks while the rest is being made
    ConfigHolder config = new ConfigHolder(clock);
    Gateway gateway = new Gateway(settings, config, svids, Shutdown::begin);
    XdsClient client =
        new XdsClient(
            new XdsClient.Connection(connector, svids, XdsTiming.DEFAULT),
            node(settings),
            config,
            gateway.metrics().config());
    client.start();
    gateway.start();
    Shutdown.onSignal(gateway::drain);
  }

  private static ControlPlane controlPlane(GatewaySettings settings) {
    return new ControlPlane(
        settings.get(SidecarSettings.CONTROL_ADDRESS),
        settings.trustDomain(),
        settings.get(SidecarSettings.CONTROL_BUNDLE),
        settings.get(SidecarSettings.TOKEN_FILE));
  }

  private static Node node(GatewaySettings settings) {
    return new Node(
        Node.Role.GATEWAY,
        settings.cluster(),
        new Node.Workload(
            settings.get(GatewaySettings.NAMESPACE),
            settings.get(GatewaySettings.SERVICE_ACCOUNT),
            settings.get(SidecarSettings.POD),
            settings.get(SidecarSettings.POD_IP).getHostAddress()),
        Node.ExplicitNames.NOT_ASKED);
  }
}
