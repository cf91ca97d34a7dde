package io.isthmus.e2e.trust;

import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.Scenarios;
import io.isthmus.e2e.Suite;
import io.isthmus.e2e.mesh.Cluster;
import io.isthmus.e2e.mesh.OfflineRoot;
import io.isthmus.e2e.site.Internet;
import io.isthmus.e2e.site.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Two clusters of one trust domain, each with an issuer under a root that neither has the key of:
 * the root is rotated in both, under calls in both directions.
 */
public final class SharedTrustSuite implements Suite {
  private static final String TRUST_DOMAIN = "both.e2e";
  private static final Duration LEAF_LIFETIME = Duration.ofSeconds(30);
  private static final int LONG_SECONDS = 4;
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration ROTATION = Duration.ofSeconds(240);

  private final Path root;
  private final OfflineRoot before = OfflineRoot.create(TRUST_DOMAIN);
  private final OfflineRoot after = OfflineRoot.create(TRUST_DOMAIN);

  public SharedTrustSuite(Path root) {
    this.root = root;
  }

  @Override
  public String name() {
    return "shared-trust";
  }

  @Override
  public String description() {
    return "two clusters share a trust domain and its offline root, which is rotated under calls";
  }

  @Override
  public void run(Scenarios scenarios) {
    Workspace workspace = Workspace.create(root);
    System.out.println("logs of this run: " + workspace.scratch());
    Cluster.Shared authority = new Cluster.Shared(before, LEAF_LIFETIME);
    try (Internet internet = new Internet();
        LinkedMesh mesh =
            LinkedMesh.start(
                scenarios,
                internet,
                workspace,
                List.of(
                    LinkedMesh.member("west", 1, authority),
                    LinkedMesh.member("east", 2, authority)));
        Watch watch = Watch.start(mesh, LONG_SECONDS)) {
      rotate(scenarios, mesh, watch);
    }
  }

  private void rotate(Scenarios scenarios, LinkedMesh mesh, Watch watch) {
    Cluster west = mesh.mesh().west();
    Cluster east = mesh.mesh().east();
    Instant begin = Instant.now();
    scenarios.scenario(
        "clusters of one trust domain and one root call each other",
        () -> {
          SoakSuite.warmUp();
          watch.mustBeWithoutFailuresSince(begin);
        });
    scenarios.scenario(
        "west has an issuer under the next root, and waits until east trusts that root too",
        () -> {
          west.site().apply(after.offer());
          Eventually.holds(LIMIT, () -> waitsFor(west, "east hands out"));
          mustBe(anchors(east), before.sha256());
        });
    scenarios.scenario(
        "east has one as well, and both come to rest on the next root alone",
        () -> {
          east.site().apply(after.offer());
          Eventually.holds(ROTATION, () -> isOver(west) + isOver(east));
        });
    scenarios.scenario(
        "no call failed meanwhile",
        () -> {
          SoakSuite.warmUp();
          watch.mustBeWithoutFailuresSince(begin);
        });
  }

  private static String waitsFor(Cluster cluster, String whom) {
    RotationStatus status = RotationStatus.of(cluster);
    boolean waits =
        status.phase().equals("DualTrust")
            && status.waitingFor().stream().anyMatch(line -> line.startsWith(whom));
    return waits ? "" : status.toString();
  }

  private String isOver(Cluster cluster) {
    RotationStatus status = RotationStatus.of(cluster);
    return status.phase().equals(RotationStatus.STEADY) && anchors(cluster).equals(after.sha256())
        ? ""
        : "%s: %s; ".formatted(cluster.site().name(), status);
  }

  private static String anchors(Cluster cluster) {
    return cluster
        .site()
        .kubectl(
            "get",
            "trustdomain",
            cluster.site().name(),
            "-o",
            "jsonpath={.status.anchors[*].sha256}")
        .strip();
  }

  private static void mustBe(String found, String expected) {
    if (!found.equals(expected)) {
      throw new AssertionError("anchors '%s', expected %s alone".formatted(found, expected));
    }
  }
}
