package io.isthmus.cli.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.isthmus.api.link.GatewaySurvey;
import io.isthmus.api.testing.ControlPlanePrograms;
import io.isthmus.api.testing.RealApiServer;
import io.isthmus.api.testing.RealApiServerExtension;
import io.isthmus.cli.check.NodeSurvey.Seen;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** On a real API server without nodes: what kubelets would say of the Pods the test says. */
@ExtendWith(RealApiServerExtension.class)
class NodeSurveyIT {
  private static final String SYSTEM = "isthmus-system";
  private static final String ACCOUNT = "isthmus-mirror-controller";
  private static final Map<String, Pod> MADE = Collections.synchronizedMap(new TreeMap<>());

  @SuppressWarnings("NullAway.Init") // before the first test
  private static RealApiServer server;

  @SuppressWarnings("NullAway.Init")
  private static KubernetesClient admin;

  @BeforeAll
  static void start() {
    server = RealApiServer.start(ControlPlanePrograms.ofEnvironment());
    admin = server.admin();
    for (String namespace : List.of(SYSTEM, "empty")) {
      admin
          .resource(
              new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
          .create();
    }
    admin
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withNamespace(SYSTEM)
                .withName(ACCOUNT)
                .endMetadata()
                .build())
        .create();
    admin
        .resource(
            new DeploymentBuilder()
                .withNewMetadata()
                .withNamespace(SYSTEM)
                .withName(ACCOUNT)
                .endMetadata()
                .withNewSpec()
                .withNewSelector()
                .addToMatchLabels("app.kubernetes.io/name", ACCOUNT)
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app.kubernetes.io/name", ACCOUNT)
                .endMetadata()
                .withNewSpec()
                .withServiceAccountName(ACCOUNT)
                .addToNodeSelector("disk", "fast")
                .addNewContainer()
                .withName("mirror-controller")
                .withImage("registry.example/isthmus-mirror-controller:1.0")
                .withArgs("--cluster=west")
                .withNewLivenessProbe()
                .withNewTcpSocket()
                .withNewPort(1)
                .endTcpSocket()
                .endLivenessProbe()
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build())
        .create();
    node("answers", "linux", "True");
    node("confused", "linux", "True");
    node("full", "linux", "True");
    node("silent", "linux", "True");
    node("away", "linux", "Unknown");
    node("other", "windows", "True");
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static void node(String name, String os, String ready) {
    admin
        .resource(
            new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("kubernetes.io/os", os)
                .endMetadata()
                .withNewStatus()
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready)
                .endCondition()
                .endStatus()
                .build())
        .create();
  }

  /** Says of each Pod what its node's kubelet might. */
  private static final class Kubelets implements Watcher<Pod> {
    @Override
    public void eventReceived(Action action, Pod pod) {
      if (action == Action.ADDED) {
        MADE.put(pod.getSpec().getNodeName(), pod);
        switch (pod.getSpec().getNodeName()) {
          case "answers" -> says(pod, ended("{\"gateways\":[],\"leftOut\":3,\"later\":1}"));
          case "confused" -> says(pod, ended("{\"gateways\":[{\"li"));
          case "full" ->
              says(
                  pod,
                  new PodStatusBuilder()
                      .withPhase("Failed")
                      .withReason("OutOfcpu")
                      .withMessage("Node didn't have enough resource: cpu")
                      .build());
          default -> {
            // as a kubelet that does not get to it
          }
        }
      }
    }

    private static void says(Pod pod, PodStatus status) {
      pod.setStatus(status);
      admin.resource(pod).updateStatus();
    }

    @Override
    public void onClose(WatcherException cause) {}
  }

  private static PodStatus ended(String words) {
    return new PodStatusBuilder()
        .withPhase("Succeeded")
        .addNewContainerStatus()
        .withName("mirror-controller")
        .withImage("x")
        .withImageID("x")
        .withReady(false)
        .withRestartCount(0)
        .withNewState()
        .withNewTerminated()
        .withExitCode(0)
        .withMessage(words)
        .endTerminated()
        .endState()
        .endContainerStatus()
        .build();
  }

  private static NodeSurvey survey(String namespace) {
    return new NodeSurvey(admin, namespace, Duration.ofSeconds(4));
  }

  @Test
  void asksEachNodeAndLeavesNoPod() {
    NodeSurvey.Outcome outcome;
    try (var _ = admin.pods().inNamespace(SYSTEM).watch(new Kubelets())) {
      outcome = survey(SYSTEM).run();
    }
    List<Seen> seen = outcome.seen();

    assertThat(outcome.left()).isEmpty();

    assertThat(seen)
        .extracting(Seen::node)
        .containsExactly("answers", "away", "confused", "full", "silent");
    assertThat(seen.getFirst().survey()).contains(new GatewaySurvey(List.of(), 3));
    assertThat(seen.subList(1, 5))
        .extracting(Seen::why)
        .satisfiesExactly(
            away -> assertThat(away).isEqualTo("the node is not Ready"),
            confused -> assertThat(confused).endsWith("no survey: {\"gateways\":[{\"li"),
            full -> assertThat(full).contains("Failed", "OutOfcpu", "enough resource"),
            silent -> assertThat(silent).contains("Pending after 4 s"));
    assertThat(admin.pods().inNamespace(SYSTEM).list().getItems()).isEmpty();
    assertThat(MADE.keySet()).containsExactlyInAnyOrder("answers", "confused", "full", "silent");
    Pod made = Objects.requireNonNull(MADE.get("answers"));
    assertThat(made.getSpec().getServiceAccountName()).isEqualTo(ACCOUNT);
    assertThat(made.getSpec().getNodeSelector()).isNullOrEmpty();
    assertThat(made.getSpec().getRestartPolicy()).isEqualTo("Never");
    assertThat(made.getMetadata().getLabels()).doesNotContainValue(ACCOUNT);
    assertThat(made.getMetadata().getOwnerReferences()).hasSize(1);
    var container = made.getSpec().getContainers().getFirst();
    assertThat(container.getArgs())
        .containsExactly("--cluster=west", "--survey=/dev/termination-log");
    assertThat(container.getLivenessProbe()).isNull();
  }

  @Test
  void withoutAMirrorControllerNobodyCanBeAsked() {
    assertThatThrownBy(() -> survey("empty").run())
        .hasMessageContainingAll("mirror controller", "namespace empty");
  }
}
