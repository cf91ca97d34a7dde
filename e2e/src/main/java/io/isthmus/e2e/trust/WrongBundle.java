package io.isthmus.e2e.trust;

import io.isthmus.cli.process.ProcessFailure;
import io.isthmus.e2e.mesh.Cluster;
import io.isthmus.e2e.mesh.Mesh;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The bundle of a cluster itself, which somebody takes for another one's. */
final class WrongBundle {
  private final Mesh mesh;
  private final Cluster cluster;

  WrongBundle(Mesh mesh, Cluster cluster) {
    this.mesh = mesh;
    this.cluster = cluster;
  }

  /** The import says {@code reason}, and the TrustDomains stay as they are. */
  void mustBeRefusedFor(String trustDomain, String reason) {
    String context = "--context=" + cluster.site().name();
    Path file = mesh.scratch().resolve("wrong-bundle.json");
    try {
      Files.writeString(file, mesh.isthmus("trust", "bundle", "export", context));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String before = specs();
    String printed;
    try {
      printed =
          mesh.isthmus(
              "trust",
              "bundle",
              "import",
              file.toString(),
              "--trust-domain=" + trustDomain,
              "--yes",
              context);
    } catch (ProcessFailure refused) {
      printed = String.valueOf(refused.getMessage());
    }
    if (!printed.contains(reason) || !specs().equals(before)) {
      throw new AssertionError(
          "import for %s: expected '%s', and no change; printed:%n%s"
              .formatted(trustDomain, reason, printed));
    }
  }

  private String specs() {
    return cluster
        .site()
        .kubectl(
            "get", "trustdomains", "-o", "jsonpath={range .items[*]}{.metadata.name}{.spec}{end}");
  }
}
