package io.isthmus.control;

import io.isthmus.api.ObjectNames;
import io.isthmus.certs.TrustDomain;
import io.isthmus.control.state.Mesh;
import io.isthmus.control.state.Scope;
import io.isthmus.settings.CommonSettings;
import io.isthmus.settings.Setting;
import io.isthmus.settings.Settings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the control plane is started with. */
record ControlSettings(
    Mesh mesh,
    Optional<Path> kubeconfig,
    Addresses addresses,
    String audience,
    Scope scope,
    String replica,
    Optional<InjectionSettings> injection) {

  static final Setting<String> NAMESPACE =
      Setting.text("namespace", "namespace of Isthmus' own objects")
          .withDefault(ObjectNames.SYSTEM_NAMESPACE);
  static final Setting<Optional<Path>> KUBECONFIG =
      Setting.path("kubeconfig", "how the API server is reached; else as a Pod in its cluster")
          .optional();
  static final Setting<InetSocketAddress> XDS_ADDRESS =
      Setting.address("xds-address", "where proxies get configuration and certificates")
          .withDefault(new InetSocketAddress("0.0.0.0", 15012));
  static final Setting<InetSocketAddress> METRICS_ADDRESS =
      Setting.address("metrics-address", "where metrics and health are served")
          .withDefault(new InetSocketAddress("0.0.0.0", 15014));
  static final Setting<Optional<InetSocketAddress>> BUNDLE_ADDRESS =
      Setting.address("bundle-address", "where the own bundle is served to other trust domains")
          .withDefaultUnlessOff(new InetSocketAddress("0.0.0.0", 8443));
  static final Setting<String> AUDIENCE =
      Setting.text("audience", "audience that tokens must be for")
          .withDefault(ObjectNames.TOKEN_AUDIENCE);
  static final Setting<Scope> SCOPE =
      Setting.oneOf("scope", "which Services a sidecar learns of", Scope.class)
          .withDefault(Scope.NAMESPACE);
  static final Setting<Optional<String>> IDENTITY =
      Setting.text("identity", "name of this replica in TrustDomains' status; else the host's name")
          .optional();

  /** Where it listens. */
  record Addresses(
      InetSocketAddress xds, InetSocketAddress metrics, Optional<InetSocketAddress> bundle) {}

  static List<Setting<?>> all() {
    List<Setting<?>> all = new ArrayList<>(CommonSettings.all());
    all.addAll(
        List.of(
            NAMESPACE,
            KUBECONFIG,
            XDS_ADDRESS,
            METRICS_ADDRESS,
            BUNDLE_ADDRESS,
            AUDIENCE,
            SCOPE,
            IDENTITY));
    all.addAll(InjectionSettings.all());
    return all;
  }

  static ControlSettings of(Settings values) {
    return new ControlSettings(
        new Mesh(
            values.get(CommonSettings.CLUSTER),
            TrustDomain.of(values.get(CommonSettings.TRUST_DOMAIN)),
            values.get(CommonSettings.CLUSTER_DOMAIN),
            values.get(NAMESPACE)),
        values.get(KUBECONFIG),
        new Addresses(
            values.get(XDS_ADDRESS), values.get(METRICS_ADDRESS), values.get(BUNDLE_ADDRESS)),
        values.get(AUDIENCE),
        values.get(SCOPE),
        values.get(IDENTITY).orElseGet(ControlSettings::hostName),
        InjectionSettings.of(values, values.get(NAMESPACE)));
  }

  /** A Pod's is its name. */
  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "control-" + ProcessHandle.current().pid();
    }
  }
}
