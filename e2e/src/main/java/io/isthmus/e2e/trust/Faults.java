package io.isthmus.e2e.trust;

import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.mesh.Cluster;
import io.isthmus.e2e.site.MeshProcess;
import io.isthmus.e2e.site.Site;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What goes wrong in a cluster, and is over when the method returns. */
final class Faults {
  /** After a gateway is back: probes find it, callers reconnect. */
  private static final Duration RECONNECT = Duration.ofSeconds(12);

  private static final Duration API_AWAY = Duration.ofSeconds(3);
  private static final Duration REPUBLISH = Duration.ofSeconds(15);

  private final LinkedMesh mesh;
  private final Watch watch;

  Faults(LinkedMesh mesh, Watch watch) {
    this.mesh = mesh;
    this.watch = watch;
  }

  /** SIGKILL; calls go on while it is away. */
  void killed(Cluster cluster, String process) {
    MeshProcess victim = mesh.mesh().process(cluster.site().name(), process);
    victim.killAndRestart();
    victim.awaitReady();
  }

  /** SIGKILL; calls through it fail until it is back. */
  void gatewayKilled(Cluster cluster) {
    Instant from = Instant.now();
    killed(cluster, "eastwest-gateway");
    watch.excuse(from, RECONNECT);
  }

  void apiServerKilled(Cluster cluster) {
    cluster.site().killApiServer();
    LockSupport.parkNanos(API_AWAY.toNanos());
    cluster.site().startApiServerAgain();
  }

  void partitioned(Cluster cluster, Duration length) {
    Instant from = Instant.now();
    try (Partition _ = Partition.of(mesh.mesh().internet(), cluster.site())) {
      LockSupport.parkNanos(length.toNanos());
    }
    watch.excuse(from, RECONNECT.multipliedBy(2));
  }

  /** Somebody deletes the bundle: it must come back under a higher sequence. */
  void bundleDeleted(Cluster cluster) {
    Site site = cluster.site();
    ObjectNode before = bundle(site);
    site.kubectl("delete", "configmap", "isthmus-trust-bundle", "-n", Cluster.SYSTEM);
    awaitRepublished(site, before);
  }

  /** Somebody takes the first anchor out of the bundle by hand, with the next sequence. */
  void anchorEditedOut(Cluster cluster) {
    Site site = cluster.site();
    ObjectNode before = bundle(site);
    ObjectNode edited = before.deepCopy();
    ((ArrayNode) edited.required("keys")).remove(0);
    edited.put("spiffe_sequence", sequence(before) + 1);
    ObjectNode patch = JsonMapper.shared().createObjectNode();
    patch.putObject("data").put("bundle.json", edited.toString());
    site.kubectl(
        "patch",
        "configmap",
        "isthmus-trust-bundle",
        "-n",
        Cluster.SYSTEM,
        "--type=merge",
        "-p",
        patch.toString());
    awaitRepublished(site, edited);
  }

  private static void awaitRepublished(Site site, ObjectNode before) {
    Eventually.holds(
        REPUBLISH,
        () -> {
          ObjectNode now = bundle(site);
          return sequence(now) > sequence(before)
                  && now.required("keys").size() >= before.required("keys").size()
              ? ""
              : "the bundle has sequence %d and %d keys, expected more than %d and no fewer"
                  .formatted(sequence(now), now.required("keys").size(), sequence(before));
        });
  }

  private static ObjectNode bundle(Site site) {
    JsonNode parsed = JsonMapper.shared().readTree(site.publishedBundle());
    return (ObjectNode) parsed;
  }

  private static long sequence(JsonNode bundle) {
    return bundle.required("spiffe_sequence").asLong();
  }
}
