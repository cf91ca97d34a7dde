package io.isthmus.e2e.install;

import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.kubernetes.KubernetesCluster;
import io.isthmus.e2e.kubernetes.ManifestFile;
import io.isthmus.e2e.site.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * MetalLB's controller, by its own manifest. It gives a Service the cluster's public address, which
 * the network of the testbed routes to the node: its speakers, which announce addresses, are left
 * out.
 */
final class LoadBalancers {
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Path BUILT = Workspace.builtPrograms().resolveSibling("metallb");
  static final Path IMAGE = BUILT.resolve("controller.tar");

  private static final String NAMESPACE = "metallb-system";

  private LoadBalancers() {}

  static Optional<String> lacks() {
    return Files.isReadable(IMAGE)
        ? Optional.empty()
        : Optional.of(IMAGE + " is missing: run e2e/testbed/build.sh tool metallb");
  }

  static void start(KubernetesCluster cluster) {
    cluster.kubectl("apply", "-f", BUILT.resolve("native.yaml").toString());
    cluster.kubectl("delete", "daemonset", "speaker", "-n", NAMESPACE);
    String pool =
        ManifestFile.read(LoadBalancers.class, "metallb-pool.yaml")
            .formatted(cluster.publicAddress());
    int[] looks = new int[1];
    Eventually.holds(
        LIMIT,
        () -> {
          // its webhook serves once its node has looked again at the Secret with its certificate:
          // within a minute, or when the Pod changes
          cluster.kubectl(
              "annotate", "pods", "--all", "-n", NAMESPACE, "--overwrite", "looked=" + ++looks[0]);
          cluster.apply(pool); // refused until then
          return "";
        });
  }
}
