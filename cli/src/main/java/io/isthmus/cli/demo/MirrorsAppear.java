package io.isthmus.cli.demo;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.isthmus.api.Labels;
import io.isthmus.cli.cluster.ClusterException;
import io.isthmus.cli.cluster.DemoCluster;
import io.isthmus.cli.cluster.Waiting;
import io.isthmus.cli.cluster.Workload;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** West's mirror controller makes the Services, and endpoints that a probe found alive. */
final class MirrorsAppear implements Step {
  @Override
  public String aim() {
    return "see the mirrors hello-east and internal-east in west, with a ready endpoint";
  }

  @Override
  public Told run(DemoMesh mesh) {
    DemoCluster west = mesh.west();
    String gateway = mesh.east().spec().addresses().gateway();
    for (String mirror : List.of("hello-east", "internal-east")) {
      try {
        Waiting.until(
            "Service shop/%s in west with the ready endpoint %s".formatted(mirror, gateway),
            Duration.ofSeconds(60),
            () -> exists(west, mirror) && readyAddress(west, mirror).equals(Optional.of(gateway)));
      } catch (ClusterException e) {
        throw new ClusterException(
            "%s%n  slices: %s%n%s"
                .formatted(
                    e.getMessage(),
                    slices(west, mirror),
                    west.process("mirror-controller").evidence()),
            e);
      }
    }
    return Told.of(
        "appeared in west: Service hello-east (and internal-east); its endpoint is east's gateway, %s"
            .formatted(gateway));
  }

  private static boolean exists(DemoCluster west, String mirror) {
    return west.client().services().inNamespace(Workload.NAMESPACE).withName(mirror).get() != null;
  }

  private static Optional<String> readyAddress(DemoCluster west, String mirror) {
    return slices(west, mirror).stream()
        .flatMap(slice -> slice.getEndpoints().stream())
        .filter(endpoint ->
            endpoint.getConditions() != null
                && Boolean.TRUE.equals(endpoint.getConditions().getReady()))
        .map(endpoint -> endpoint.getAddresses().getFirst())
        .findFirst();
  }

  private static List<EndpointSlice> slices(DemoCluster west, String mirror) {
    return west.client()
        .discovery()
        .v1()
        .endpointSlices()
        .inNamespace(Workload.NAMESPACE)
        .withLabel(Labels.SERVICE_NAME, mirror)
        .list()
        .getItems();
  }
}
