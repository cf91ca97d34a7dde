package io.isthmus.control.injection;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a Pod becomes in the mesh. The sidecar starts before all else that the Pod runs, its own
 * init containers included, and once the capture rules are there, nothing leaves or reaches the
 * Pod's applications but through it.
 */
public final class Injection {
  private static final List<Integer> SIDECAR_PORTS =
      List.of(15000, 15001, 15006, 15008, 15020, 15021);

  private final Installed installed;
  private final SidecarContainers containers;

  public Injection(Installed installed) {
    this.installed = installed;
    this.containers = new SidecarContainers(installed);
  }

  /** What has become of a Pod. */
  public sealed interface Outcome {
    /** It becomes this. */
    record Injected(ObjectMeta metadata, PodSpec spec) implements Outcome {}

    /** It stays as it is. */
    record LeftAlone(Reason reason) implements Outcome {}
  }

  /** Why a Pod stays as it is. */
  public enum Reason {
    NOT_ASKED_FOR,
    HOST_NETWORK,
    HAS_SIDECAR
  }

  /**
   * @param pod metadata of the Pod, or of a workload's template
   * @param namespace what the Pod's namespace asks for
   */
  public Outcome inject(ObjectMeta pod, PodSpec spec, InjectionWish namespace)
      throws InjectionRefusedException {
    return switch (InjectionWish.ofPod(pod).orElse(namespace)) {
      case DISABLED, UNSAID -> new Outcome.LeftAlone(Reason.NOT_ASKED_FOR);
      case ENABLED -> enabled(pod, spec);
    };
  }

  private Outcome enabled(ObjectMeta pod, PodSpec spec) throws InjectionRefusedException {
    if (Boolean.TRUE.equals(spec.getHostNetwork())) {
      return new Outcome.LeftAlone(Reason.HOST_NETWORK); // the node's TCP is not a Pod's to capture
    }
    if (all(spec).anyMatch(Injection::isSidecar)) {
      return new Outcome.LeftAlone(Reason.HAS_SIDECAR);
    }
    if (spec.getOs() != null && "windows".equals(spec.getOs().getName())) {
      throw new InjectionRefusedException(
          "os windows: a sidecar needs linux: set isthmus.io/inject=disabled on the Pod");
    }
    PodSettings settings = PodSettings.of(pod, installed.form());
    refuseConflicts(spec, settings);
    return new Outcome.Injected(labelled(pod), with(spec, settings));
  }

  private ObjectMeta labelled(ObjectMeta pod) {
    return new ObjectMetaBuilder(pod)
        .addToLabels(Labels.SIDECAR_VERSION, ImageVersion.of(installed.images().sidecar()))
        .build();
  }

  private PodSpec with(PodSpec spec, PodSettings settings) {
    SocketProbes probes = new SocketProbes(settings.traffic().skippedInboundPorts());
    List<Container> init =
        switch (settings.form()) {
          case NATIVE -> turned(spec.getInitContainers(), probes);
          // they run before there is a sidecar that could be asked
          case CLASSIC -> new ArrayList<>(listOf(spec.getInitContainers()));
        };
    List<Container> running = turned(spec.getContainers(), probes);
    Container capture = containers.capture(settings);
    Container sidecar = containers.sidecar(settings, probes.ports());
    switch (settings.form()) {
      case NATIVE -> init.addAll(0, List.of(capture, sidecar));
      case CLASSIC -> {
        init.add(capture); // after the Pod's own, whose TCP nobody would carry yet
        running.addFirst(sidecar);
      }
    }
    List<Volume> volumes = new ArrayList<>(listOf(spec.getVolumes()));
    volumes.addAll(containers.volumes());
    return new PodSpecBuilder(spec)
        .withInitContainers(init)
        .withContainers(running)
        .withVolumes(volumes)
        .build();
  }

  private static List<Container> turned(@Nullable List<Container> own, SocketProbes probes) {
    return listOf(own).stream()
        .map(probes::turned)
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private static void refuseConflicts(PodSpec spec, PodSettings settings)
      throws InjectionRefusedException {
    Optional<Long> podUser =
        Optional.ofNullable(spec.getSecurityContext()).map(context -> context.getRunAsUser());
    for (Container container : all(spec).toList()) {
      refuseUser(container, podUser);
      refusePorts(container);
    }
    for (Volume volume : listOf(spec.getVolumes())) {
      if (SidecarContainers.VOLUMES.contains(volume.getName())) {
        throw new InjectionRefusedException(
            "volume %s: the sidecar's volume has that name: choose another"
                .formatted(volume.getName()));
      }
    }
    boolean ends = !Objects.requireNonNullElse(spec.getRestartPolicy(), "Always").equals("Always");
    if (ends && settings.form() == SidecarForm.CLASSIC) {
      throw new InjectionRefusedException(
          "restartPolicy %s with a sidecar among the containers: the Pod would never finish: needs"
                  .formatted(spec.getRestartPolicy())
              + " a native sidecar (Kubernetes 1.29), or isthmus.io/inject=disabled");
    }
  }

  private static void refuseUser(Container container, Optional<Long> podUser)
      throws InjectionRefusedException {
    Optional<Long> user =
        Optional.ofNullable(container.getSecurityContext())
            .map(context -> context.getRunAsUser())
            .or(() -> podUser);
    if (user.filter(id -> id == CapturedTraffic.SIDECAR_USER).isPresent()) {
      throw new InjectionRefusedException(
          "container %s: runAsUser %d is the sidecar's user, whose connections are not captured:"
                  .formatted(container.getName(), CapturedTraffic.SIDECAR_USER)
              + " choose another");
    }
  }

  private static void refusePorts(Container container) throws InjectionRefusedException {
    Optional<Integer> taken =
        listOf(container.getPorts()).stream()
            .filter(port -> Objects.requireNonNullElse(port.getProtocol(), "TCP").equals("TCP"))
            .map(port -> port.getContainerPort())
            .filter(SIDECAR_PORTS::contains)
            .findFirst();
    if (taken.isPresent()) {
      throw new InjectionRefusedException(
          "container %s: port %d is the sidecar's, which needs %s: choose another, or set"
                  .formatted(container.getName(), taken.get(), SIDECAR_PORTS)
              + " isthmus.io/inject=disabled");
    }
  }

  private static boolean isSidecar(Container container) {
    return container.getName().equals(ObjectNames.PROXY_CONTAINER);
  }

  private static Stream<Container> all(PodSpec spec) {
    return Stream.concat(
        listOf(spec.getInitContainers()).stream(), listOf(spec.getContainers()).stream());
  }

  private static <T> List<T> listOf(@Nullable List<T> list) {
    return Objects.requireNonNullElse(list, List.of());
  }
}
