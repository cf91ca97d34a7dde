package io.isthmus.e2e.availability;

import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.install.Commands;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.time.Duration;
import java.util.List;

/**
 * Parts are killed, one after the other, and the mesh goes on: also with what it has to do.
 *
 * @param calls that go on meanwhile, from {@code west} to {@code east}
 */
record Losses(
    Commands commands, CountedCalls calls, KubernetesCluster west, KubernetesCluster east) {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  void run(Scenarios scenarios) {
    scenarios.scenario(
        "kill -9 of the mirror controller that leads: it is started again, and calls go on",
        this::leaderKilled);
    scenarios.scenario(
        "the Pod of the mirror controller that leads is gone: the other one leads, and mirrors a"
            + " new export",
        this::leaderGone);
    scenarios.scenario(
        "kill -9 of a control plane, in each cluster: the other one configures a new sidecar",
        this::controlPlaneKilled);
    scenarios.scenario(
        "kill -9 of both control planes at once, in each cluster: calls go on until they are back",
        this::controlPlanesKilled);
    scenarios.scenario("none of the calls so far failed", calls::noneFailed);
  }

  private void leaderKilled() {
    Component mirrors = Component.mirrorController(west);
    String leader = mirrors.leader();
    mirrors.kill(leader);
    mirrors.awaitRestarted(leader);
    mirrors.awaitAvailable();
    calls.awaitMore(20);
  }

  private void leaderGone() {
    Component mirrors = Component.mirrorController(west);
    String leader = mirrors.leader();
    mirrors.deleteByForce(leader);
    east.kubectl("create", "service", "clusterip", "late", "-n", Commands.SHOP, "--tcp=80:8080");
    commands.export(east, "late");
    Eventually.holds(
        LIMIT,
        () -> {
          String now = mirrors.leader();
          return now.isEmpty() || now.equals(leader) ? "the Lease is held by '" + now + "'" : "";
        });
    Eventually.holds(
        LIMIT,
        () ->
            west.kubectl("get", "service", "late-east", "-n", Commands.SHOP, "-o", "name").isBlank()
                ? "late-east is not there"
                : "");
    mirrors.awaitAvailable();
    calls.awaitMore(20);
  }

  private void controlPlaneKilled() {
    for (KubernetesCluster cluster : List.of(west, east)) {
      Component control = Component.control(cluster);
      String pod = control.pods().getFirst();
      control.kill(pod);
      Eventually.holds(
          LIMIT, // for a second or two its Service still leads to the one that was killed
          () -> {
            run(cluster, "late-" + Commands.name(cluster));
            return "";
          });
      cluster.kubectl(
          "wait",
          "--for=condition=Ready",
          "pod/late-" + Commands.name(cluster),
          "-n",
          Commands.SHOP,
          "--timeout=90s");
      control.awaitRestarted(pod);
      control.awaitAvailable();
    }
    calls.awaitMore(20);
  }

  private static void run(KubernetesCluster cluster, String pod) {
    cluster.kubectl(
        "run",
        pod,
        "-n",
        Commands.SHOP,
        "--image=registry.local/nettools:1",
        "--image-pull-policy=Never",
        "--command",
        "--",
        "sleep",
        "1000000");
  }

  private void controlPlanesKilled() {
    for (KubernetesCluster cluster : List.of(west, east)) {
      Component control = Component.control(cluster);
      control.pods().forEach(control::kill);
    }
    calls.awaitMore(50);
    Component.control(west).awaitAvailable();
    Component.control(east).awaitAvailable();
  }
}
