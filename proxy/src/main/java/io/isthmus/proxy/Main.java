package io.isthmus.proxy;

import io.isthmus.proxy.ProxyProcess.Member;
import io.isthmus.proxy.xds.Node;
import io.isthmus.settings.Settings;

/** The sidecar process. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    new ProxyProcess("isthmus-proxy", SidecarSettings.all()).run(args, Main::member);
  }

  private static Member member(Settings values) {
    SidecarSettings settings = new SidecarSettings(values);
    return new Member(
        node(settings),
        (config, svid, onDrain) -> new Sidecar(settings, config, svid, onDrain).plane());
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
