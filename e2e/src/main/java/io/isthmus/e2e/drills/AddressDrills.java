package io.isthmus.e2e.drills;

import io.isthmus.e2e.install.Commands;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import io.isthmus.e2e.kubernetes.ManifestFile;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What may happen to the address of east's gateway, which MetalLB gives. */
record AddressDrills(Ground ground, Callers callers) {
  private static final String SYSTEM = Commands.SYSTEM;

  List<Drill> all() {
    KubernetesCluster east = ground.east();
    String[] restarts = new String[1];
    return List.of(
        Drill.of("address-moved", () -> moveTo("pool.yaml"))
            .meanwhile(() -> {
              Wan.lead(Ground.otherAddress(east), east);
              callers.mustBeWell(Drill.RECOVERED); // at the new address, and nobody told west of it
            })
            .mendedBy(() -> {
              Wan.leadNowhere(Ground.otherAddress(east));
              east.kubectl("delete", "ipaddresspool", "moved", "-n", "metallb-system");
            }),
        Drill.of(
                "no-address-left",
                () -> {
                  restarts[0] = restarts();
                  moveTo("greedy.yaml");
                })
            .meanwhile(() -> nothingHasCrashed(restarts[0]))
            .mendedBy(() -> {
              east.kubectl("delete", "service", "greedy", "-n", "default");
              east.kubectl("delete", "ipaddresspool", "moved", "-n", "metallb-system");
            }));
  }

  /** A pool of one address, in a manifest that may have somebody who takes it. */
  private void moveTo(String manifest) {
    KubernetesCluster east = ground.east();
    east.apply(
        ManifestFile.read(AddressDrills.class, manifest).formatted(Ground.otherAddress(east)));
    east.kubectl(
        "annotate",
        "service",
        "isthmus-gateway",
        "-n",
        SYSTEM,
        "--overwrite",
        "metallb.io/address-pool=moved");
  }

  private void nothingHasCrashed(String before) {
    String why =
        ground
            .west()
            .kubectl(
                "get",
                "link",
                "east",
                "-n",
                SYSTEM,
                "-o",
                "jsonpath={.status.conditions[?(@.type=='GatewayReachable')].reason}");
    if (!why.equals("NoAddress")) {
      throw new AssertionError("GatewayReachable of west's Link says " + why);
    }
    if (!restarts().equals(before)) {
      throw new AssertionError("restarts were %s, and are %s".formatted(before, restarts()));
    }
  }

  private String restarts() {
    return Stream.of(ground.west(), ground.east())
        .map(cluster ->
            cluster.kubectl(
                "get",
                "pods",
                "-n",
                SYSTEM,
                "-o",
                "jsonpath={range .items[*]}{.metadata.name}={.status.containerStatuses[*].restartCount} {end}"))
        .collect(Collectors.joining());
  }
}
