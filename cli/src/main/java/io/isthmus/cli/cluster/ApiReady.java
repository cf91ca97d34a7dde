package io.isthmus.cli.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.time.Duration;

/** Waits until an API server that already listens also serves its administrator. */
record ApiReady(Path adminKubeconfig) {
  void await(DemoProcess apiServer, Duration atMost) {
    try (KubernetesClient client = Kubeconfigs.client(adminKubeconfig)) {
      Waiting.until(
          "GET /readyz of " + apiServer.name(),
          atMost,
          () -> {
            try {
              return "ok".equals(client.raw("/readyz"));
            } catch (KubernetesClientException e) {
              return false; // not yet: asked again until the time is over
            }
          });
    } catch (ClusterException e) {
      throw new ClusterException(e.getMessage() + "\n" + apiServer.evidence(), e);
    }
  }
}
