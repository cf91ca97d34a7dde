package io.isthmus.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A kubeconfig for an API without credentials. */
final class Kubeconfig {
  private Kubeconfig() {}

  static Path write(Path directory, String url) {
    try {
      return Files.writeString(
          directory.resolve("kubeconfig"),
          """
          apiVersion: v1
          kind: Config
          clusters: [{name: c, cluster: {server: "%s"}}]
          users: [{name: u, user: {}}]
          contexts: [{name: c, context: {cluster: c, user: u}}]
          current-context: c
          """
              .formatted(url));
    } catch (IOException e) {
      throw new BenchmarkFailure("cannot write a kubeconfig in " + directory, e);
    }
  }
}
