package io.isthmus.cli.demo;

import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.isthmus.api.Labels;
import io.isthmus.cli.cluster.DemoCluster;
import io.isthmus.cli.cluster.Workload;

/** Sets and removes the export label, as kubectl label does. */
final class Exports {
  private Exports() {}

  static void export(DemoCluster cluster, String service) {
    cluster
        .client()
        .services()
        .inNamespace(Workload.NAMESPACE)
        .withName(service)
        .edit(current ->
            new ServiceBuilder(current)
                .editMetadata()
                .addToLabels(Labels.EXPORTED, Labels.EXPORTED_TRUE)
                .endMetadata()
                .build());
  }

  static void withdraw(DemoCluster cluster, String service) {
    cluster
        .client()
        .services()
        .inNamespace(Workload.NAMESPACE)
        .withName(service)
        .edit(current ->
            new ServiceBuilder(current)
                .editMetadata()
                .removeFromLabels(Labels.EXPORTED)
                .endMetadata()
                .build());
  }
}
