package io.isthmus.e2e.drills;

import io.isthmus.e2e.kubernetes.KubernetesCluster;
import java.util.List;

/** What may happen to a whole node. */
record NodeDrills(Ground ground) {

  List<Drill> all() {
    KubernetesCluster east = ground.east();
    return List.of(Drill.of("node-rebooted", east::powerOff).mendedBy(east::powerOn));
  }
}
