package io.isthmus.control.injection;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.TCPSocketAction;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Probes of the kind {@code tcpSocket}: the sidecar takes captured connections whether the
 * application listens or not, so it is asked to try the port itself.
 */
final class SocketProbes {
  private static final int READY_PORT = SidecarContainers.READY_PORT;

  private final Set<Integer> notCaptured;
  private final SortedSet<Integer> ports = new TreeSet<>();

  /**
   * @param notCaptured ports at which a probe meets the application itself
   */
  SocketProbes(Set<Integer> notCaptured) {
    this.notCaptured = notCaptured;
  }

  /** What the sidecar is to try, after all containers were turned. */
  SortedSet<Integer> ports() {
    return ports;
  }

  /** A container whose probes ask the sidecar. */
  Container turned(Container container) {
    List<ContainerPort> named = Objects.requireNonNullElse(container.getPorts(), List.of());
    return new ContainerBuilder(container)
        .withStartupProbe(turned(container.getStartupProbe(), named))
        .withLivenessProbe(turned(container.getLivenessProbe(), named))
        .withReadinessProbe(turned(container.getReadinessProbe(), named))
        .build();
  }

  private @Nullable Probe turned(@Nullable Probe probe, List<ContainerPort> named) {
    Optional<Integer> port =
        Optional.ofNullable(probe)
            .map(Probe::getTcpSocket)
            .filter(socket -> Objects.requireNonNullElse(socket.getHost(), "").isEmpty())
            .map(TCPSocketAction::getPort)
            .flatMap(value -> number(value, named))
            .filter(number -> !notCaptured.contains(number));
    if (probe == null || port.isEmpty()) {
      return probe;
    }
    ports.add(port.get());
    return new ProbeBuilder(probe)
        .withTcpSocket(null)
        .withNewHttpGet()
        .withPath("/tcp/" + port.get())
        .withNewPort(READY_PORT)
        .endHttpGet()
        .build();
  }

  private static Optional<Integer> number(IntOrString port, List<ContainerPort> named) {
    return port.getIntVal() != null
        ? Optional.of(port.getIntVal())
        : named.stream()
            .filter(each -> port.getStrVal().equals(each.getName()))
            .map(ContainerPort::getContainerPort)
            .findFirst();
  }
}
