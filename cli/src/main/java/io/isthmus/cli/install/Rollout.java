package io.isthmus.cli.install;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.isthmus.api.ObjectNames;
import io.isthmus.cli.CommandException;
import io.isthmus.cli.Following;
import io.isthmus.cli.Pace;
import io.isthmus.cli.PodStates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Waits until the mesh's own Deployments are what they should be, and says what it waits for. */
record Rollout(KubernetesClient client, String namespace, Consumer<String> progress) {
  private static final Duration POLL = Duration.ofMillis(250);

  /** Throws, naming what is not there and why, when the time is over. */
  void await(List<String> deployments, Duration atMost) {
    Set<String> told = new HashSet<>();
    List<String> left =
        new Following(Pace.REAL, POLL, atMost)
            .until(
                List::isEmpty,
                () -> waiting(deployments),
                waiting ->
                    waiting.stream()
                        .filter(told::add)
                        .forEach(line -> progress.accept("  waiting for " + line)));
    if (!left.isEmpty()) {
      throw CommandException.refused(
          "installed, but not ready after %d s".formatted(atMost.toSeconds()),
          String.join("; ", left),
          "kubectl -n %s get pods,events; then run this again, which is safe".formatted(namespace));
    }
  }

  /** What is not ready, and then why. */
  private List<String> waiting(List<String> deployments) {
    List<String> waiting = new ArrayList<>();
    deployments.forEach(name -> missing(name).ifPresent(waiting::add));
    untrusted().ifPresent(waiting::add);
    if (!waiting.isEmpty()) {
      deployments.forEach(name -> problems(name).forEach(waiting::add));
    }
    return waiting;
  }

  private Optional<String> missing(String name) {
    Deployment deployment = client.apps().deployments().inNamespace(namespace).withName(name).get();
    if (deployment == null) {
      return Optional.of("Deployment %s to be there".formatted(name));
    }
    var status = deployment.getStatus();
    int wanted = Objects.requireNonNullElse(deployment.getSpec().getReplicas(), 1);
    boolean seen =
        Objects.requireNonNullElse(status.getObservedGeneration(), 0L)
            >= deployment.getMetadata().getGeneration();
    int updated = seen ? count(status.getUpdatedReplicas()) : 0;
    int available = seen ? Math.min(updated, count(status.getAvailableReplicas())) : 0;
    return available >= wanted && count(status.getReplicas()) == updated
        ? Optional.empty()
        : Optional.of("Deployment %s: %d of %d ready".formatted(name, available, wanted));
  }

  private static int count(Integer maybe) {
    return Objects.requireNonNullElse(maybe, 0);
  }

  /** Until the control plane has filled it in, Pods that ask for sidecars are refused. */
  private Optional<String> untrusted() {
    var webhooks =
        client
            .admissionRegistration()
            .v1()
            .mutatingWebhookConfigurations()
            .withName(ObjectNames.INJECTION_WEBHOOK)
            .get();
    return webhooks == null
            || webhooks.getWebhooks().stream()
                .allMatch(webhook -> webhook.getClientConfig().getCaBundle() != null)
        ? Optional.empty()
        : Optional.of("the control plane's caBundle in " + ObjectNames.INJECTION_WEBHOOK);
  }

  private Stream<String> problems(String deployment) {
    return client
        .pods()
        .inNamespace(namespace)
        .withLabel("app.kubernetes.io/name", deployment)
        .list()
        .getItems()
        .stream()
        .flatMap(Rollout::problems);
  }

  private static Stream<String> problems(Pod pod) {
    String name = pod.getMetadata().getName();
    return Stream.concat(
        PodStates.containers(pod).stream()
            .flatMap(status -> PodStates.waiting(status).stream())
            .filter(waiting -> waiting.getMessage() != null)
            .map(waiting ->
                "Pod %s: %s: %s".formatted(name, waiting.getReason(), waiting.getMessage())),
        pod.getStatus().getConditions().stream()
            .filter(condition -> "Unschedulable".equals(condition.getReason()))
            .map(condition -> "Pod %s: %s".formatted(name, condition.getMessage())));
  }
}
