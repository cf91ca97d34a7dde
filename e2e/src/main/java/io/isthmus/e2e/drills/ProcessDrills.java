package io.isthmus.e2e.drills;

import io.isthmus.cli.process.Command;
import io.isthmus.e2e.install.Commands;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** What may happen to processes: of Isthmus, and of Kubernetes. */
record ProcessDrills(Ground ground, DrillsSuite.Form form) {
  private static final String SYSTEM = Commands.SYSTEM;
  private static final String NO_IMAGE = "registry.invalid/isthmus-gateway:0";
  private static final String[] POD = {
    "run", "newcomer", "--image=registry.local/app:1", "--dry-run=server", "-n"
  };

  /** Connections that are open as well: the API server keeps some. */
  private static final String DROP_WEBHOOK =
      "add table inet drill; add chain inet drill output { type filter hook output priority 0; };"
          + " add rule inet drill output tcp dport 15017 drop";

  List<Drill> all() {
    KubernetesCluster west = ground.west();
    KubernetesCluster east = ground.east();
    return List.of(
        Drill.of(
            "gateway-gone",
            () -> {
              east.kubectl("cordon", east.name());
              east.kubectl(
                  "delete",
                  "pod",
                  "-n",
                  SYSTEM,
                  "-l",
                  "app.kubernetes.io/name=isthmus-gateway",
                  "--grace-period=0",
                  "--force");
            }),
        Drill.of(
            "image-missing",
            () ->
                west.kubectl(
                    "set", "image", "deployment/isthmus-gateway", "-n", SYSTEM, "*=" + NO_IMAGE)),
        Drill.of("peer-api-down", () -> east.stop("apiserver"))
            .mendedBy(() -> east.start("apiserver")),
        Drill.of("webhook-unreachable", () -> onNode(west, DROP_WEBHOOK))
            .meanwhile(this::onlyShopIsRefused)
            .mendedBy(() -> onNode(west, "delete table inet drill")),
        Drill.of(
                "control-plane-down",
                () ->
                    west.kubectl(
                        "scale", "deployment", "isthmus-control", "-n", SYSTEM, "--replicas=0"))
            .meanwhile(() -> {
              west.kubectl("delete", "pod", "-n", Commands.SHOP, "-l", "app=client");
              LockSupport.parkNanos(outage().toNanos());
              onlyShopIsRefused();
            })
            .mendedBy(() ->
                west.kubectl(
                    "rollout",
                    "status",
                    "deployment/client",
                    "-n",
                    Commands.SHOP,
                    "--timeout=90s")),
        Drill.of(
            "dns-down",
            () ->
                west.kubectl(
                    "scale", "deployment", "coredns", "-n", "kube-system", "--replicas=0")));
  }

  private static void onNode(KubernetesCluster cluster, String rules) {
    cluster.onNode("nft", rules);
  }

  private Duration outage() {
    return switch (form) {
      case SMOKE, SHORT -> Duration.ofSeconds(20);
      case LONG -> Duration.ofMinutes(10);
    };
  }

  /** Who asked for the mesh gets in only as a part of it; nobody else hears of its troubles. */
  private void onlyShopIsRefused() {
    Command.Result refused = ground.west().attempt(pod(Commands.SHOP));
    if (refused.exit() == 0 || !refused.output().contains("injection.isthmus.io")) {
      throw new AssertionError("a Pod of shop was not refused: " + refused.output());
    }
    ground.west().kubectl(pod("default"));
  }

  private static String[] pod(String namespace) {
    String[] arguments = java.util.Arrays.copyOf(POD, POD.length + 1);
    arguments[POD.length] = namespace;
    return arguments;
  }
}
