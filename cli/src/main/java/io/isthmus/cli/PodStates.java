package io.isthmus.cli;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a Pod's status says of it and of its containers; of a young Pod much is not there yet. */
public final class PodStates {
  private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

  private PodStates() {}

  /** Whether all its containers have ended, and none is started again. */
  public static boolean hasEnded(Pod pod) {
    return Optional.ofNullable(pod.getStatus())
        .map(PodStatus::getPhase)
        .filter(ENDED::contains)
        .isPresent();
  }

  /** Of its containers, those that initialize it first. */
  public static List<ContainerStatus> containers(Pod pod) {
    return Optional.ofNullable(pod.getStatus()).stream()
        .flatMap(
            status -> Stream.of(status.getInitContainerStatuses(), status.getContainerStatuses()))
        .flatMap(PodStates::each)
        .toList();
  }

  private static Stream<ContainerStatus> each(@Nullable List<ContainerStatus> maybe) {
    return maybe == null ? Stream.empty() : maybe.stream();
  }

  /** Why a container does not run yet; one that is just being created may give no reason. */
  public static Optional<ContainerStateWaiting> waiting(ContainerStatus container) {
    return Optional.ofNullable(container.getState()).map(ContainerState::getWaiting);
  }

  /** How a container has ended, if it has and was not started again. */
  public static Optional<ContainerStateTerminated> ended(ContainerStatus container) {
    return Optional.ofNullable(container.getState()).map(ContainerState::getTerminated);
  }
}
