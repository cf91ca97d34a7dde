package io.isthmus.cli.check;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.isthmus.api.Labels;
import io.isthmus.api.ObjectNames;
import io.isthmus.control.injection.ImageVersion;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/** Which Pods have another sidecar than they would get now. */
final class SidecarVersions {
  private static final String ARGUMENT = "--sidecar-image=";
  private static final int SHOWN = 5;

  private SidecarVersions() {}

  /**
   * What the control plane gives to new Pods; empty where it does not say so on its command line.
   */
  static Optional<String> current(List<Deployment> deployments) {
    return deployments.stream()
        .map(deployment -> deployment.getSpec().getTemplate().getSpec())
        .filter(spec -> ObjectNames.CONTROL_SERVICE_ACCOUNT.equals(spec.getServiceAccountName()))
        .flatMap(spec -> spec.getContainers().stream())
        .map(Container::getArgs)
        .filter(Objects::nonNull)
        .flatMap(List::stream)
        .filter(argument -> argument.startsWith(ARGUMENT))
        .map(argument -> ImageVersion.of(argument.substring(ARGUMENT.length())))
        .findFirst();
  }

  /**
   * @param pods those that were found, not necessarily all that there are
   */
  static List<Problem> outdated(List<Deployment> deployments, List<Pod> pods) {
    if (pods.isEmpty()) {
      return List.of();
    }
    TreeSet<String> versions = new TreeSet<>();
    TreeSet<String> names = new TreeSet<>();
    for (Pod pod : pods) {
      versions.add(pod.getMetadata().getLabels().get(Labels.SIDECAR_VERSION));
      names.add(pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName());
    }
    String more =
        names.size() > SHOWN ? ", and at least %d more".formatted(names.size() - SHOWN) : "";
    String current = current(deployments).orElse("");
    return List.of(
        new Problem(
            Severity.WARNING,
            "Pods " + String.join(", ", names.stream().limit(SHOWN).toList()) + more,
            "their sidecars are of %s, and new ones of %s".formatted(versions, current),
            "make them anew, e.g. kubectl rollout restart (where isthmus inject was used: inject anew); all of them: kubectl get pods -A -l '%s,%s!=%s'"
                .formatted(Labels.SIDECAR_VERSION, Labels.SIDECAR_VERSION, current)));
  }
}
