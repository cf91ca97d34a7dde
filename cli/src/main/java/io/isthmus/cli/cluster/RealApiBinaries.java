package io.isthmus.cli.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The Kubernetes binaries of the test bed, built with Go when they are missing. */
final class RealApiBinaries {
  private static final List<String> NEEDED =
      List.of("etcd", "kube-apiserver", "kube-controller-manager", "kubectl");

  private final Path builder;

  RealApiBinaries(Installation installation) {
    this.builder = installation.root().resolve("e2e/testbed/build.sh");
  }

  Path path(String binary) {
    return RealApi.cache().resolve("bin").resolve(binary);
  }

  /** One build a machine at a time; its output goes to the terminal, for it takes minutes. */
  void buildMissing() {
    synchronized (RealApiBinaries.class) {
      List<String> missing =
          NEEDED.stream().filter(binary -> !Files.isExecutable(path(binary))).toList();
      if (missing.isEmpty()) {
        return;
      }
      if (!Files.isExecutable(builder)) {
        throw new ClusterException(
            "%s: not in %s, and there is no %s to build them"
                .formatted(missing, RealApi.cache().resolve("bin"), builder));
      }
      System.err.printf("building %s with Go, which takes minutes the first time%n", missing);
      try {
        int exit = new ProcessBuilder(builder.toString(), "api").inheritIO().start().waitFor();
        if (exit != 0) {
          throw new ClusterException(builder + " api failed with exit code " + exit);
        }
      } catch (IOException e) {
        throw new ClusterException("cannot run " + builder + ": " + e.getMessage(), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ClusterException("interrupted while building the API server", e);
      }
    }
  }
}
