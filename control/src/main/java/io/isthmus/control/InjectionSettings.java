package io.isthmus.control;

import io.isthmus.api.ObjectNames;
import io.isthmus.certs.TrustDomain;
import io.isthmus.control.injection.Installed;
import io.isthmus.control.injection.SidecarForm;
import io.isthmus.settings.CommonSettings;
import io.isthmus.settings.Setting;
import io.isthmus.settings.Settings;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * How Pods get their sidecars.
 *
 * @param address where the admission webhook is served
 */
record InjectionSettings(InetSocketAddress address, Installed installed) {
  static final Setting<InetSocketAddress> WEBHOOK_ADDRESS =
      Setting.address("webhook-address", "where the admission webhook is served")
          .withDefault(new InetSocketAddress("0.0.0.0", 15017));
  static final Setting<Optional<String>> SIDECAR_IMAGE =
      Setting.text(
              "sidecar-image",
              "image of the sidecars that Pods get; with none, Pods get no sidecar")
          .optional();
  static final Setting<String> CAPTURE_IMAGE =
      Setting.text("capture-image", "image of the init container that sets up a Pod's capture")
          .withDefault("localhost/isthmus-capture");
  static final Setting<String> IMAGE_PULL_POLICY =
      Setting.oneOf(
              "image-pull-policy",
              "of both images, as Kubernetes names it",
              List.of("IfNotPresent", "Always", "Never"))
          .withDefault("IfNotPresent");
  static final Setting<SidecarForm> SIDECAR_FORM =
      Setting.oneOf(
              "sidecar-form",
              "whether sidecars are init containers (Kubernetes 1.29) or containers, where a Pod does"
                  + " not say",
              SidecarForm.class)
          .withDefault(SidecarForm.NATIVE);
  static final Setting<Optional<InetSocketAddress>> SIDECAR_CONTROL_ADDRESS =
      Setting.hostAndPort(
              "sidecar-control-address",
              "where sidecars reach the control plane; else its Service, at port 15012")
          .optional();

  private static final int XDS_PORT = 15_012;

  static List<Setting<?>> all() {
    return List.of(
        WEBHOOK_ADDRESS,
        SIDECAR_IMAGE,
        CAPTURE_IMAGE,
        IMAGE_PULL_POLICY,
        SIDECAR_FORM,
        SIDECAR_CONTROL_ADDRESS);
  }

  /** Empty where Pods get no sidecar. */
  static Optional<InjectionSettings> of(Settings values, String systemNamespace) {
    InetSocketAddress control =
        values
            .get(SIDECAR_CONTROL_ADDRESS)
            .orElseGet(() ->
                InetSocketAddress.createUnresolved(
                    ObjectNames.CONTROL_SERVICE + "." + systemNamespace + ".svc", XDS_PORT));
    return values
        .get(SIDECAR_IMAGE)
        .map(sidecar ->
            new InjectionSettings(
                values.get(WEBHOOK_ADDRESS),
                new Installed(
                    values.get(CommonSettings.CLUSTER),
                    TrustDomain.of(values.get(CommonSettings.TRUST_DOMAIN)),
                    values.get(CommonSettings.CLUSTER_DOMAIN),
                    control.getHostString() + ":" + control.getPort(),
                    new Installed.Images(
                        sidecar, values.get(CAPTURE_IMAGE), values.get(IMAGE_PULL_POLICY)),
                    values.get(SIDECAR_FORM))));
  }
}
