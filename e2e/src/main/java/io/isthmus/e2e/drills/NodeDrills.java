package io.isthmus.e2e.drills;

import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.install.Commands;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.time.Duration;
import java.util.List;

/** What may happen to a whole node, and to all that a cluster has stored. */
record NodeDrills(Ground ground) {
  /** A node with all of Kubernetes and of the mesh on it starts everything at once. */
  private static final Duration BOOTED = Duration.ofMinutes(4);

  private static final Duration FOLLOWED = Duration.ofSeconds(60);
  private static final String SHOP = Commands.SHOP;

  List<Drill> all() {
    KubernetesCluster east = ground.east();
    return List.of(
        Drill.of("node-rebooted", east::powerOff).mendedBy(east::powerOn).recoversWithin(BOOTED),
        Drill.of("etcd-restored", this::restored).meanwhile(this::isFollowed));
  }

  /** Of what came after the backup, nobody is told that it is gone. */
  private void restored() {
    ground.east().saveEtcd();
    export("after-backup");
    mustHaveMirror("after-backup-east", true);
    ground.east().restoreEtcd();
  }

  private void isFollowed() {
    mustHaveMirror("after-backup-east", false);
    export("after-restore");
    mustHaveMirror("after-restore-east", true);
    ground.east().kubectl("delete", "service", "after-restore", "-n", SHOP);
    mustHaveMirror("after-restore-east", false);
  }

  private void export(String service) {
    KubernetesCluster east = ground.east();
    east.kubectl("create", "service", "clusterip", service, "--tcp=80", "-n", SHOP);
    new Commands(ground.operator()).export(east, service);
  }

  private void mustHaveMirror(String service, boolean isThere) {
    Eventually.holds(
        FOLLOWED,
        () -> {
          String found =
              ground
                  .west()
                  .kubectl(
                      "get", "service", service, "-n", SHOP, "-o", "name", "--ignore-not-found");
          return found.isBlank() != isThere
              ? ""
              : "west has service '%s', expected %s".formatted(found.strip(), isThere);
        });
  }
}
