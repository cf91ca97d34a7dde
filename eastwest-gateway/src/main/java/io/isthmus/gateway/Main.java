package io.isthmus.gateway;

import io.isthmus.proxy.ProxyProcess;
import io.isthmus.proxy.ProxyProcess.Member;
import io.isthmus.proxy.SidecarSettings;
import io.isthmus.proxy.xds.Node;
import io.isthmus.settings.Settings;

/** The gateway process. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    new ProxyProcess("isthmus-eastwest-gateway", GatewaySettings.all()).run(args, Main::member);
  }

  private static Member member(Settings values) {
    GatewaySettings settings = new GatewaySettings(values);
    return new Member(
        node(settings),
        (config, svid, onDrain) -> new Gateway(settings, config, svid, onDrain).plane());
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
