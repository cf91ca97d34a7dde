package io.isthmus.cli.check;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.isthmus.api.Annotations;
import io.isthmus.api.ObjectNames;
import io.isthmus.api.link.GatewaySurvey;
import io.isthmus.cli.PodStates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Has a Pod on each node of a cluster probe the gateways of its peers, once, as a mirror controller
 * there would. The Pods are removed before it returns, and when the command is interrupted; those
 * that one leaves that was killed go with a later survey, or with the mirror controller's
 * Deployment.
 */
final class NodeSurvey {
  /** An image may have to be pulled, and a path be measured for half a minute. */
  static final Duration PATIENCE = Duration.ofSeconds(120);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);
  private static final int LONG_AGO = 3;
  private static final String NAME = "isthmus-node-survey";
  private static final String NAME_LABEL = "app.kubernetes.io/name";
  private static final String RUN_LABEL = "isthmus.io/survey";
  private static final String LAST_WORDS = "/dev/termination-log";
  private static final String OS_LABEL = "kubernetes.io/os";

  private final KubernetesClient client;
  private final String namespace;
  private final Duration patience;
  private final String run = UUID.randomUUID().toString();

  /** By their nodes. */
  private final Map<String, String> pods = new ConcurrentSkipListMap<>();

  NodeSurvey(KubernetesClient client, String namespace, Duration patience) {
    this.client = client;
    this.namespace = namespace;
    this.patience = patience;
  }

  /**
   * What one node's Pod met.
   *
   * @param why there is no survey, for people
   */
  record Seen(String node, Optional<GatewaySurvey> survey, String why) {}

  /**
   * @param left Pods that could not be removed, and why
   */
  record Outcome(List<Seen> seen, List<String> left) {}

  /**
   * @throws KubernetesClientException when nodes and the mirror controller's Deployment may not be
   *     read
   */
  Outcome run() {
    Deployment controller = controller();
    removeLeftOvers();
    Map<String, String> failed = new TreeMap<>();
    Thread interrupted = new Thread(this::remove, "survey-end");
    Runtime.getRuntime().addShutdownHook(interrupted);
    List<Seen> seen;
    List<String> left;
    try {
      for (Node node : client.nodes().list().getItems()) {
        begin(controller, node, failed);
      }
      seen = results(failed);
    } finally {
      left = remove();
    }
    try {
      Runtime.getRuntime().removeShutdownHook(interrupted);
    } catch (IllegalStateException e) {
      // it runs already
    }
    return new Outcome(seen, left);
  }

  private void begin(Deployment controller, Node node, Map<String, String> failed) {
    String name = node.getMetadata().getName();
    if (!isLinux(node)) {
      return;
    }
    if (!isReady(node)) {
      failed.put(name, "the node is not Ready");
      return;
    }
    try {
      pods.put(name, create(controller, name));
    } catch (KubernetesClientException e) {
      failed.put(name, "its Pod cannot be created: " + e.getMessage());
    }
  }

  /** By their names, which needs no other right than those that made them could be given with. */
  private List<String> remove() {
    List<String> left = new ArrayList<>();
    for (String pod : List.copyOf(pods.values())) {
      try {
        client.pods().inNamespace(namespace).withName(pod).withGracePeriod(0).delete();
      } catch (KubernetesClientException e) {
        left.add("Pod %s/%s is left: %s".formatted(namespace, pod, e.getMessage()));
      }
    }
    return left;
  }

  private Deployment controller() {
    return client.apps().deployments().inNamespace(namespace).list().getItems().stream()
        .filter(deployment ->
            ObjectNames.MIRROR_CONTROLLER_SERVICE_ACCOUNT.equals(
                deployment.getSpec().getTemplate().getSpec().getServiceAccountName()))
        .findFirst()
        .orElseThrow(() ->
            new KubernetesClientException(
                "no Deployment of the mirror controller is in the namespace " + namespace));
  }

  /** Of surveys that must have ended long ago, on whatever nodes. */
  private void removeLeftOvers() {
    Instant old = Instant.now().minus(PATIENCE.multipliedBy(LONG_AGO));
    try {
      for (Pod pod :
          client.pods().inNamespace(namespace).withLabel(NAME_LABEL, NAME).list().getItems()) {
        if (Instant.parse(pod.getMetadata().getCreationTimestamp()).isBefore(old)) {
          client.resource(pod).withGracePeriod(0).delete();
        }
      }
    } catch (KubernetesClientException e) {
      // they hold nobody up
    }
  }

  private static boolean isLinux(Node node) {
    Map<String, String> labels =
        Objects.requireNonNullElse(node.getMetadata().getLabels(), Map.<String, String>of());
    return labels.getOrDefault(OS_LABEL, "linux").equals("linux");
  }

  private static boolean isReady(Node node) {
    return node.getStatus() != null
        && node.getStatus().getConditions().stream()
            .anyMatch(condition ->
                condition.getType().equals("Ready") && condition.getStatus().equals("True"));
  }

  /** The name of the Pod. */
  private String create(Deployment controller, String node) {
    Pod pod =
        new PodBuilder()
            .withNewMetadata()
            .withGenerateName(NAME + "-")
            .withNamespace(namespace)
            .addToLabels(NAME_LABEL, NAME)
            .addToLabels(RUN_LABEL, run)
            .addToAnnotations(Annotations.INJECT, "disabled")
            .addToOwnerReferences(
                new OwnerReferenceBuilder()
                    .withApiVersion("apps/v1")
                    .withKind("Deployment")
                    .withName(controller.getMetadata().getName())
                    .withUid(controller.getMetadata().getUid())
                    .build())
            .endMetadata()
            .withSpec(spec(controller.getSpec().getTemplate().getSpec(), node))
            .build();
    return client.resource(pod).create().getMetadata().getName();
  }

  /** The mirror controller's own, but that it ends, on a node of its own whatever that is for. */
  private PodSpec spec(PodSpec template, String node) {
    return new PodSpecBuilder(template)
        .withNodeName(node)
        .withNodeSelector(null)
        .withAffinity(null)
        .withTopologySpreadConstraints()
        .withPriorityClassName(null)
        .withTolerations()
        .addNewToleration()
        .withOperator("Exists")
        .endToleration()
        .withRestartPolicy("Never")
        .withActiveDeadlineSeconds(patience.toSeconds())
        .withTerminationGracePeriodSeconds(1L)
        .withContainers(container(template.getContainers().getFirst()))
        .build();
  }

  private static Container container(Container template) {
    List<String> args = new ArrayList<>(Objects.requireNonNullElse(template.getArgs(), List.of()));
    args.add("--survey=" + LAST_WORDS);
    return new ContainerBuilder(template)
        .withArgs(args)
        .withPorts()
        // what went wrong is then read as the last words are
        .withTerminationMessagePolicy("FallbackToLogsOnError")
        .withStartupProbe(null)
        .withLivenessProbe(null)
        .withReadinessProbe(null)
        .editOrNewResources()
        .withRequests(Map.of("cpu", new Quantity("10m"), "memory", new Quantity("64Mi")))
        .endResources()
        .build();
  }

  private List<Seen> results(Map<String, String> failed) {
    Map<String, Seen> seen = new TreeMap<>();
    failed.forEach((node, why) -> seen.put(node, new Seen(node, Optional.empty(), why)));
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      boolean isOver = System.nanoTime() > end;
      try {
        Map<String, Pod> now = now();
        pods.forEach((node, name) -> {
          Pod pod = now.get(name);
          if (pod == null || PodStates.hasEnded(pod) || isOver) {
            seen.computeIfAbsent(node, fresh -> seen(node, pod));
          }
        });
      } catch (KubernetesClientException e) {
        if (isOver) {
          pods.keySet()
              .forEach(node ->
                  seen.computeIfAbsent(
                      node,
                      fresh -> new Seen(node, Optional.empty(), String.valueOf(e.getMessage()))));
        }
      }
      if (seen.keySet().containsAll(pods.keySet())) {
        return List.copyOf(seen.values());
      }
      LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    }
  }

  private Map<String, Pod> now() {
    Map<String, Pod> now = new TreeMap<>();
    for (Pod pod :
        client.pods().inNamespace(namespace).withLabel(RUN_LABEL, run).list().getItems()) {
      now.put(pod.getMetadata().getName(), pod);
    }
    return now;
  }

  private Seen seen(String node, @Nullable Pod pod) {
    if (pod == null) {
      return new Seen(node, Optional.empty(), "somebody has removed its Pod");
    }
    // others may have put containers of their own into it
    List<String> words =
        PodStates.containers(pod).stream()
            .flatMap(container -> PodStates.ended(container).stream())
            .flatMap(ended -> Optional.ofNullable(ended.getMessage()).stream())
            .toList();
    Optional<GatewaySurvey> survey =
        words.stream().flatMap(each -> survey(each).stream()).findFirst();
    if (survey.isPresent()) {
      return new Seen(node, survey, "");
    }
    String why =
        words.isEmpty()
            ? why(pod)
            : "its Pod's last words are no survey: " + String.join("; ", words);
    return new Seen(node, Optional.empty(), why);
  }

  private Optional<GatewaySurvey> survey(String words) {
    try {
      return words.startsWith("{")
          ? Optional.ofNullable(
              client.getKubernetesSerialization().unmarshal(words, GatewaySurvey.class))
          : Optional.empty();
    } catch (JacksonException | KubernetesClientException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private String why(Pod pod) {
    List<String> reasons = new ArrayList<>();
    PodStatus status = pod.getStatus();
    if (status != null) {
      reasons.add(said(status.getReason(), status.getMessage()));
    }
    for (ContainerStatus container : PodStates.containers(pod)) {
      PodStates.waiting(container)
          .ifPresent(waiting -> reasons.add(said(waiting.getReason(), waiting.getMessage())));
      PodStates.ended(container)
          .filter(ended -> ended.getExitCode() != 0)
          .ifPresent(ended -> reasons.add("exit code " + ended.getExitCode()));
    }
    reasons.removeIf(String::isEmpty);
    return "its Pod is %s%s"
        .formatted(
            status == null ? "unknown" : status.getPhase(),
            reasons.isEmpty()
                ? " after %d s".formatted(patience.toSeconds())
                : ": " + String.join("; ", reasons));
  }

  private static String said(@Nullable String reason, @Nullable String message) {
    return reason == null ? "" : message == null ? reason : reason + ": " + message;
  }
}
