package io.isthmus.e2e.trust;

import io.isthmus.cli.process.ChildProcess;
import io.isthmus.e2e.mesh.Cluster;
import io.isthmus.e2e.site.Addresses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Starts {@link SessionServer} and {@link SessionClient} in workloads' Pods. */
final class SessionServers {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private SessionServers() {}

  static void start(Cluster cluster) {
    cluster
        .site()
        .startOwn(
            cluster.workloadPod(),
            "sessions",
            SessionServer.class.getName(),
            List.of(Addresses.WORKLOAD, Integer.toString(LinkedMesh.SESSIONS)))
        .awaitLog("listening", LIMIT);
  }

  /**
   * What a client holds.
   *
   * @param name of its log
   * @param atOnce sessions at a time
   * @param bytes a session
   * @param pause after each byte
   */
  record Shape(String name, int atOnce, int bytes, Duration pause) {}

  /** A client in {@code cluster}'s workload; its sessions are spread over the mirrors. */
  static ChildProcess call(Cluster cluster, Shape shape, Collection<String> mirrors) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                Integer.toString(shape.atOnce()),
                Integer.toString(shape.bytes()),
                Long.toString(shape.pause().toMillis())));
    mirrors.forEach(address -> arguments.add(address + ":" + LinkedMesh.SESSIONS));
    return cluster
        .site()
        .startOwn(cluster.workloadPod(), shape.name(), SessionClient.class.getName(), arguments);
  }
}
