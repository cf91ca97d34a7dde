package io.isthmus.control.injection;

import io.fabric8.kubernetes.api.model.Capabilities;
import io.fabric8.kubernetes.api.model.CapabilitiesBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.isthmus.api.ObjectNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.stream.Collectors;

/** The containers and volumes that a Pod gets. */
final class SidecarContainers {
  private static final long USER = CapturedTraffic.SIDECAR_USER;
  private static final String TOKEN_VOLUME = "isthmus-token";
  private static final String TRUST_VOLUME = "isthmus-trust";
  static final List<String> VOLUMES = List.of(TOKEN_VOLUME, TRUST_VOLUME);

  private static final String TOKENS = "/var/run/secrets/isthmus";
  private static final String TRUST = "/etc/isthmus/trust";
  private static final String TOKEN_FILE = "token";
  private static final long TOKEN_SECONDS = 3600;
  static final int READY_PORT = 15_021;
  private static final int METRICS_PORT = 15_020;
  private static final int TUNNEL_PORT = 15_008;

  /** A Pod waits for its certificate, and so for the control plane, as long as it takes. */
  private static final int START_TRIES = Integer.MAX_VALUE;

  private final Installed installed;

  SidecarContainers(Installed installed) {
    this.installed = installed;
  }

  Container capture(PodSettings settings) {
    return new ContainerBuilder()
        .withName(ObjectNames.CAPTURE_CONTAINER)
        .withImage(installed.images().capture())
        .withImagePullPolicy(installed.images().pullPolicy())
        .withCommand(settings.traffic().command())
        .withNewResources()
        .withRequests(Map.of("cpu", new Quantity("10m"), "memory", new Quantity("16Mi")))
        .withLimits(Map.of("memory", new Quantity("64Mi")))
        .endResources()
        .withSecurityContext(captureContext())
        .build();
  }

  /**
   * @param probed ports that it is to try for probes
   */
  Container sidecar(PodSettings settings, SortedSet<Integer> probed) {
    ContainerBuilder container =
        new ContainerBuilder()
            .withName(ObjectNames.PROXY_CONTAINER)
            .withImage(installed.images().sidecar())
            .withImagePullPolicy(installed.images().pullPolicy())
            .withArgs(arguments(settings, probed))
            .withEnv(
                field("POD_NAME", "metadata.name"),
                field("POD_NAMESPACE", "metadata.namespace"),
                field("POD_IP", "status.podIP"),
                field("SERVICE_ACCOUNT", "spec.serviceAccountName"))
            .addNewPort()
            .withName("isthmus-hbone")
            .withContainerPort(TUNNEL_PORT)
            .withProtocol("TCP")
            .endPort()
            .addNewPort()
            .withName("isthmus-metrics")
            .withContainerPort(METRICS_PORT)
            .withProtocol("TCP")
            .endPort()
            .withResources(settings.resources())
            .withSecurityContext(sidecarContext())
            .withReadinessProbe(probe("/ready", 2, 3))
            .withLivenessProbe(probe("/live", 10, 6))
            .addNewVolumeMount()
            .withName(TOKEN_VOLUME)
            .withMountPath(TOKENS)
            .withReadOnly()
            .endVolumeMount()
            .addNewVolumeMount()
            .withName(TRUST_VOLUME)
            .withMountPath(TRUST)
            .withReadOnly()
            .endVolumeMount();
    return switch (settings.form()) {
      case NATIVE ->
          container
              .withRestartPolicy("Always")
              // what comes after it waits for this
              .withStartupProbe(probe("/ready", 1, START_TRIES))
              .build();
      case CLASSIC -> container.build();
    };
  }

  List<Volume> volumes() {
    return List.of(
        new VolumeBuilder()
            .withName(TOKEN_VOLUME)
            .withNewProjected()
            .addNewSource()
            .withNewServiceAccountToken()
            .withAudience(ObjectNames.TOKEN_AUDIENCE)
            .withExpirationSeconds(TOKEN_SECONDS)
            .withPath(TOKEN_FILE)
            .endServiceAccountToken()
            .endSource()
            .endProjected()
            .build(),
        new VolumeBuilder()
            .withName(TRUST_VOLUME)
            .withNewConfigMap()
            .withName(ObjectNames.TRUST_BUNDLE)
            .endConfigMap()
            .build());
  }

  private List<String> arguments(PodSettings settings, SortedSet<Integer> probed) {
    List<String> arguments = new ArrayList<>(arguments(settings));
    if (!probed.isEmpty()) {
      arguments.add(
          "--tcp-probes=" + probed.stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
    return arguments;
  }

  private List<String> arguments(PodSettings settings) {
    return List.of(
        "--cluster=" + installed.cluster(),
        "--trust-domain=" + installed.trustDomain().name(),
        "--cluster-domain=" + installed.clusterDomain(),
        "--namespace=$(POD_NAMESPACE)",
        "--service-account=$(SERVICE_ACCOUNT)",
        "--pod=$(POD_NAME)",
        "--pod-ip=$(POD_IP)",
        "--control-address=" + installed.controlAddress(),
        "--control-bundle=" + TRUST + "/" + ObjectNames.BUNDLE_JWKS_KEY,
        "--token-file=" + TOKENS + "/" + TOKEN_FILE,
        "--inbound-address=[::]:15008",
        "--inbound-plaintext-address=[::]:15006",
        "--outbound-address=[::]:15001",
        "--metrics-address=[::]:15020",
        "--ready-address=[::]:15021",
        "--unknown-destinations=pass",
        "--log-level=" + settings.logLevel(),
        "--drain-period=" + settings.drainSeconds() + "s");
  }

  private static SecurityContext sidecarContext() {
    return restricted(new CapabilitiesBuilder().withDrop("ALL").build())
        .withRunAsUser(USER)
        .withRunAsGroup(USER)
        .withRunAsNonRoot(true)
        .build();
  }

  /** The one container that needs more than the Pod Security level "restricted" gives. */
  private static SecurityContext captureContext() {
    return restricted(new CapabilitiesBuilder().withDrop("ALL").withAdd("NET_ADMIN").build())
        .withRunAsUser(0L)
        .withRunAsGroup(0L)
        .withRunAsNonRoot(false)
        .build();
  }

  private static SecurityContextBuilder restricted(Capabilities capabilities) {
    return new SecurityContextBuilder()
        .withAllowPrivilegeEscalation(false)
        .withPrivileged(false)
        .withReadOnlyRootFilesystem(true)
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .withCapabilities(capabilities);
  }

  private static Probe probe(String path, int periodSeconds, int failures) {
    return new ProbeBuilder()
        .withNewHttpGet()
        .withPath(path)
        .withNewPort(READY_PORT)
        .endHttpGet()
        .withPeriodSeconds(periodSeconds)
        .withFailureThreshold(failures)
        .build();
  }

  private static EnvVar field(String name, String path) {
    return new EnvVarBuilder()
        .withName(name)
        .withNewValueFrom()
        .withNewFieldRef()
        .withFieldPath(path)
        .endFieldRef()
        .endValueFrom()
        .build();
  }
}
