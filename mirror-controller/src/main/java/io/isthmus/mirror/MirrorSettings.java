package io.isthmus.mirror;

import io.isthmus.api.ObjectNames;
import io.isthmus.settings.CommonSettings;
import io.isthmus.settings.Setting;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The settings of the mirror controller. */
public final class MirrorSettings {
  public static final Setting<String> NAMESPACE =
      Setting.text("namespace", "namespace of the Links and of Isthmus itself")
          .withDefault(ObjectNames.SYSTEM_NAMESPACE);

  public static final Setting<Optional<Path>> KUBECONFIG =
      Setting.path("kubeconfig", "kubeconfig of this cluster; off means in-cluster").optional();

  public static final Setting<InetSocketAddress> CONTROL_ADDRESS =
      Setting.hostAndPort("control-address", "where the own control plane issues identities")
          .required();

  public static final Setting<Path> CONTROL_BUNDLE =
      Setting.path("control-bundle", "JWKS of the own trust domain; read again at every use")
          .required();

  public static final Setting<Path> TOKEN_FILE =
      Setting.path("token-file", "service-account token for audience isthmus; read at every use")
          .required();

  public static final Setting<InetSocketAddress> METRICS_ADDRESS =
      Setting.address("metrics-address", "where /metrics, /ready and /live are served")
          .withDefault(new InetSocketAddress("0.0.0.0", 15014));

  public static final Setting<Duration> PROBE_INTERVAL =
      Setting.duration("probe-interval", "time between probes of a gateway's address")
          .must("from 100ms to 1m", MirrorSettings::isProbeInterval)
          .withDefault(Duration.ofSeconds(2));

  public static final Setting<String> IDENTITY =
      Setting.text("identity", "name of this replica in the Lease")
          .withDefault(hostName(), "the host's name");

  public static final Setting<Optional<Path>> SURVEY =
      Setting.path(
              "survey",
              "probe the gateways of all Links once, write what was met to this file as JSON, and end; off means to run")
          .optional();

  private MirrorSettings() {}

  public static List<Setting<?>> all() {
    List<Setting<?>> all = new ArrayList<>(CommonSettings.all());
    all.addAll(
        List.of(
            NAMESPACE,
            KUBECONFIG,
            CONTROL_ADDRESS,
            CONTROL_BUNDLE,
            TOKEN_FILE,
            METRICS_ADDRESS,
            PROBE_INTERVAL,
            IDENTITY,
            SURVEY));
    return all;
  }

  private static boolean isProbeInterval(Duration interval) {
    return interval.toMillis() >= 100 && interval.compareTo(Duration.ofMinutes(1)) <= 0;
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "mirror-controller-" + ProcessHandle.current().pid();
    }
  }
}
