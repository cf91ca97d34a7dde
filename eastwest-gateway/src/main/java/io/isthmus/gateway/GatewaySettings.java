package io.isthmus.gateway;

import io.isthmus.proxy.SidecarSettings;
import io.isthmus.proxy.SvidSettings;
import io.isthmus.settings.CommonSettings;
import io.isthmus.settings.Setting;
import io.isthmus.settings.Settings;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings of the gateway: those of the sidecar that concern tunnels and pages. The control
 * plane gives the gateway's role to one identity only, so namespace and service account have it as
 * their default.
 */
public record GatewaySettings(Settings values) {
  public static final Setting<String> NAMESPACE =
      Setting.text("namespace", "namespace of this pod").withDefault("isthmus-system");
  public static final Setting<String> SERVICE_ACCOUNT =
      Setting.text("service-account", "service account of this pod").withDefault("isthmus-gateway");

  /** All, in the order of the reference. */
  public static List<Setting<?>> all() {
    List<Setting<?>> all = new ArrayList<>(CommonSettings.all());
    all.addAll(
        List.of(
            NAMESPACE,
            SERVICE_ACCOUNT,
            SidecarSettings.POD,
            SidecarSettings.POD_IP,
            SidecarSettings.CONTROL_ADDRESS,
            SidecarSettings.CONTROL_BUNDLE,
            SidecarSettings.TOKEN_FILE));
    all.addAll(SvidSettings.all());
    all.addAll(
        List.of(
            SidecarSettings.INBOUND_ADDRESS,
            SidecarSettings.ADMIN_ADDRESS,
            SidecarSettings.METRICS_ADDRESS,
            SidecarSettings.READY_ADDRESS,
            SidecarSettings.ACCESS_LOG,
            SidecarSettings.DRAIN_PERIOD,
            SidecarSettings.MAX_CONNECTION_AGE,
            SidecarSettings.MEMORY_BUDGET,
            SidecarSettings.THREADS,
            SidecarSettings.CONNECT_TIMEOUT));
    return List.copyOf(all);
  }

  public <T> T get(Setting<T> setting) {
    return values.get(setting);
  }

  public String cluster() {
    return get(CommonSettings.CLUSTER);
  }
}
