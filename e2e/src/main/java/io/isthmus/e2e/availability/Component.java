package io.isthmus.e2e.availability;

import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.install.Commands;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.time.Duration;
import java.util.List;

/**
 * A Deployment of the mesh's own.
 *
 * @param name also of its Pods' label
 */
record Component(KubernetesCluster cluster, String name) {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final String SYSTEM = Commands.SYSTEM;

  static Component control(KubernetesCluster cluster) {
    return new Component(cluster, "isthmus-control");
  }

  static Component mirrorController(KubernetesCluster cluster) {
    return new Component(cluster, "isthmus-mirror-controller");
  }

  static Component gateway(KubernetesCluster cluster) {
    return new Component(cluster, "isthmus-gateway");
  }

  List<String> pods() {
    return ofPods(".metadata.name");
  }

  /** Where its Pods are, one name a Pod. */
  List<String> nodes() {
    return ofPods(".spec.nodeName");
  }

  private List<String> ofPods(String field) {
    return List.of(
        cluster
            .kubectl(
                "get",
                "pods",
                "-n",
                SYSTEM,
                "-l",
                "app.kubernetes.io/name=" + name,
                "-o",
                "jsonpath={.items[*]%s}".formatted(field))
            .split(" "));
  }

  /** The Pod that holds the mirror controllers' Lease. */
  String leader() {
    return cluster.kubectl(
        "get",
        "lease",
        "isthmus-mirror-controller",
        "-n",
        SYSTEM,
        "-o",
        "jsonpath={.spec.holderIdentity}");
  }

  /** {@code kill -9} of a Pod's process, on its node. */
  void kill(String pod) {
    String container = ofContainer(pod, "containerID").replaceFirst("^containerd://", "");
    cluster.onNode(
        "sh",
        "-ec",
        "kill -9 $(ctr -n k8s.io tasks ls | awk -v id=%s '$1 == id { print $2 }')"
            .formatted(container));
  }

  /** Whether a Pod's process has been started again since it was made. */
  void awaitRestarted(String pod) {
    Eventually.holds(
        LIMIT,
        () -> {
          String count = ofContainer(pod, "restartCount");
          return count.equals("0") ? pod + " was not started again" : "";
        });
  }

  private String ofContainer(String pod, String field) {
    return cluster.kubectl(
        "get",
        "pod",
        pod,
        "-n",
        SYSTEM,
        "-o",
        "jsonpath={.status.containerStatuses[0].%s}".formatted(field));
  }

  /** In order, as for a drain. */
  void delete(String pod) {
    cluster.kubectl("delete", "pod", pod, "-n", SYSTEM, "--timeout=90s");
  }

  /** Without a good-bye, as of a node that is gone. */
  void deleteByForce(String pod) {
    cluster.kubectl("delete", "pod", pod, "-n", SYSTEM, "--force", "--grace-period=0");
  }

  void awaitAvailable() {
    cluster.kubectl("rollout", "status", "deployment/" + name, "-n", SYSTEM, "--timeout=120s");
  }

  /** The images that its Pods run, each once. */
  List<String> images() {
    return ofPods(".spec.containers[0].image").stream().distinct().toList();
  }
}
