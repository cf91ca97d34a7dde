package io.isthmus.e2e.story;

import io.isthmus.cli.process.ChildProcess;
import io.isthmus.cli.process.Command;
import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.mesh.Manifests;
import io.isthmus.e2e.mesh.Mesh;
import io.isthmus.e2e.site.MeshProcess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Everything that breaks at night, and what must go on or come back. */
final class Trouble {
  private static final Duration CONVERGE = Duration.ofSeconds(30);

  private final Mesh mesh;
  private final Caller caller;

  Trouble(Mesh mesh) {
    this.mesh = mesh;
    this.caller = new Caller(mesh);
  }

  void run(Scenarios scenarios) {
    scenarios.scenario(
        "with both control planes gone traffic goes on, and the configuration's age is shown",
        this::withoutControlPlane);
    scenarios.scenario(
        "a gateway killed in mid-stream ends the stream clearly, and calls succeed as soon as it is"
            + " back",
        this::gatewayKilled);
    scenarios.scenario(
        "a gateway that is asked to end under load lets no call fail that it had taken",
        this::gatewayDrains);
    for (String cluster : List.of("west", "east")) {
      for (String process :
          List.of("control", "mirror-controller", "eastwest-gateway", "sidecar", "app")) {
        scenarios.scenario(
            "kill -9 of %s's %s: after its restart calls succeed, nothing is lost"
                .formatted(cluster, process),
            () -> killed(cluster, process));
      }
    }
    scenarios.scenario(
        "the gateway's address moves in east, and west's endpoints follow", this::addressMoves);
    scenarios.scenario("an export is withdrawn, and its mirror goes", this::unexport);
  }

  private String call() {
    Command.Result tried = caller.get("http://hello-east.shop:80/", 5);
    return tried.exit() == 0 && tried.output().startsWith("hello from east")
        ? ""
        : "curl exited %d: %s".formatted(tried.exit(), tried.output().strip());
  }

  private void mustSucceed(int times) {
    for (int i = 0; i < times; i++) {
      String seen = call();
      if (!seen.isEmpty()) {
        throw new AssertionError("call %d of %d: %s".formatted(i + 1, times, seen));
      }
    }
  }

  private void withoutControlPlane() {
    List<MeshProcess> controls =
        List.of(mesh.process("west", "control"), mesh.process("east", "control"));
    controls.forEach(MeshProcess::kill);
    try {
      mustSucceed(20);
      LockSupport.parkNanos(Duration.ofSeconds(5).toNanos());
      mustSucceed(20);
      String metrics =
          mesh.west().workloadPod().run("curl", "-sf", "http://10.244.0.10:15020/metrics");
      double age =
          metrics
              .lines()
              .filter(line -> line.startsWith("isthmus_config_age_seconds"))
              .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
              .findFirst()
              .orElseThrow(
                  () -> new AssertionError("no isthmus_config_age_seconds in the metrics"));
      if (age < 4) {
        throw new AssertionError("the configuration's age reads " + age + ", expected over 4 s");
      }
    } finally {
      controls.forEach(MeshProcess::restart);
      controls.forEach(MeshProcess::awaitReady);
    }
    mustSucceed(5);
  }

  private void gatewayKilled() {
    try (ChildProcess drip = caller.drip("drip")) {
      drip.awaitLog("....", Duration.ofSeconds(10));
      mesh.process("east", "eastwest-gateway").kill();
      int exit = drip.awaitExit(Duration.ofSeconds(10));
      mesh.process("east", "eastwest-gateway").restart();
      if (exit == 0) {
        throw new AssertionError("the stream ended as if it were complete");
      }
    }
    mesh.process("east", "eastwest-gateway").awaitReady();
    Eventually.holds(Duration.ofSeconds(20), this::call);
    mustSucceed(10);
    Eventually.holds(
        Duration.ofSeconds(10),
        () ->
            mesh.process("west", "sidecar")
                    .log()
                    .lines()
                    .anyMatch(
                        line -> line.contains("\"outbound\"") && line.contains("\"target_lost\""))
                ? ""
                : "no access log line of west's sidecar says that the tunnel was lost");
  }

  /** In-flight streams of a draining gateway end well; the pool moves on to the next one. */
  private void gatewayDrains() {
    try (ChildProcess drip = caller.drip("drain")) {
      drip.awaitLog("....", Duration.ofSeconds(10));
      MeshProcess gateway = mesh.process("east", "eastwest-gateway");
      gateway.process().terminate();
      int gatewayExit = gateway.process().awaitExit(Duration.ofSeconds(60));
      int exit = drip.awaitExit(Duration.ofSeconds(40));
      gateway.restart();
      gateway.awaitReady();
      if (exit != 0 || gatewayExit != 0) {
        throw new AssertionError(
            "curl exited %d: %s; the gateway exited %d"
                .formatted(exit, drip.lastLines(3), gatewayExit));
      }
    }
    Eventually.holds(Duration.ofSeconds(20), this::call);
  }

  private void killed(String cluster, String process) {
    MeshProcess victim = mesh.process(cluster, process);
    victim.killAndRestart();
    victim.awaitReady();
    Eventually.holds(CONVERGE, this::call);
    mustSucceed(5);
    String mirrors = mesh.west().site().kubectl("get", "services", "-n", "shop", "-o", "name");
    if (!mirrors.contains("hello-east")) {
      throw new AssertionError("the mirror is gone: " + mirrors);
    }
  }

  private void addressMoves() {
    String old = mesh.east().site().addresses().publicAddress();
    move("203.0.113.77");
    Eventually.holds(Duration.ofSeconds(20), () -> endpoints("203.0.113.77=false"));
    move(old);
    Eventually.holds(Duration.ofSeconds(20), () -> endpoints(old + "=true"));
    Eventually.holds(Duration.ofSeconds(20), this::call);
  }

  private void move(String address) {
    mesh.east()
        .site()
        .kubectl(
            "patch",
            "service",
            "isthmus-gateway",
            "-n",
            "isthmus-system",
            "--subresource=status",
            "--type=merge",
            "-p",
            Manifests.loadBalancerStatus(address));
  }

  private String endpoints(String expected) {
    String seen =
        mesh.west()
            .site()
            .kubectl(
                "get",
                "endpointslices",
                "-n",
                "shop",
                "-l",
                "kubernetes.io/service-name=hello-east",
                "-o",
                "jsonpath={range .items[*].endpoints[*]}{.addresses[0]}={.conditions.ready} {end}")
            .strip();
    return seen.equals(expected) ? "" : "endpoints of hello-east: '%s'".formatted(seen);
  }

  private void unexport() {
    mesh.east()
        .site()
        .kubectl("label", "service", "hello", "-n", "shop", "mirror.isthmus.io/exported-");
    Eventually.holds(
        Duration.ofSeconds(20),
        () ->
            mesh.west()
                    .site()
                    .kubectl("get", "services", "-n", "shop", "-o", "name")
                    .contains("hello-east")
                ? "hello-east is still in west"
                : "");
  }
}
