package io.isthmus.e2e.trust;

import io.isthmus.cli.process.ChildProcess;
import io.isthmus.e2e.mesh.Cluster;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Calls in every direction, all the time: short sessions that each need a connection, and long
 * ones. Each failure has its time, and counts unless a fault that excuses it was on at that time.
 */
final class Watch implements AutoCloseable {
  private final LinkedMesh mesh;
  private final int longSeconds;
  private final List<ChildProcess> clients = new CopyOnWriteArrayList<>();
  private final List<Excuse> excuses = new CopyOnWriteArrayList<>();
  private final ConcurrentHashMap<String, Long> begins = new ConcurrentHashMap<>();

  /** Calls may fail in this time. */
  private record Excuse(Instant from, Instant to) {
    boolean covers(Instant at) {
      return !at.isBefore(from) && !at.isAfter(to);
    }
  }

  /** What went well, and what did not, since a scenario began. */
  record Seen(long ended, List<String> failures) {}

  private Watch(LinkedMesh mesh, int longSeconds) {
    this.mesh = mesh;
    this.longSeconds = longSeconds;
  }

  static Watch start(LinkedMesh mesh, int longSeconds) {
    Watch watch = new Watch(mesh, longSeconds);
    mesh.mesh().clusters().forEach(watch::from);
    return watch;
  }

  /** Begins to call from {@code cluster} to all that it sees. */
  void from(Cluster cluster) {
    clients.add(
        SessionServers.call(
            cluster,
            new SessionServers.Shape("quick-client", 4, 1, Duration.ofMillis(200)),
            mesh.mirrorsIn(cluster).values()));
    clients.add(
        SessionServers.call(
            cluster,
            new SessionServers.Shape("long-client", 6, longSeconds, Duration.ofSeconds(1)),
            mesh.mirrorsIn(cluster).values()));
  }

  /** Calls may fail from {@code from} until {@code after} from now. */
  void excuse(Instant from, Duration after) {
    excuses.add(new Excuse(from, Instant.now().plus(after)));
  }

  /** Sessions that ended well since the last look, and all failures since {@code from}. */
  Seen since(Instant from) {
    long ended = 0;
    List<String> failures = new ArrayList<>();
    for (ChildProcess client : clients) {
      SessionLog log = SessionLog.of(client.logText());
      Long before = begins.put(client.log().toString(), log.ended());
      ended += log.ended() - (before == null ? 0 : before);
      log.broken().stream()
          .filter(one -> !one.at().isBefore(from))
          .filter(one -> excuses.stream().noneMatch(excuse -> excuse.covers(one.at())))
          .forEach(one ->
              failures.add(
                  Objects.requireNonNull(client.log().getParent()).getFileName() + " " + one));
    }
    return new Seen(ended, failures);
  }

  /** Fails with all failures that no fault excuses, and when nothing went well either. */
  void mustBeWithoutFailuresSince(Instant from) {
    Seen seen = since(from);
    if (!seen.failures().isEmpty() || seen.ended() == 0) {
      throw new AssertionError(
          "%d sessions ended well; %d failed that no fault excuses:%n%s"
              .formatted(seen.ended(), seen.failures().size(), String.join("\n", seen.failures())));
    }
  }

  @Override
  public void close() {
    clients.forEach(ChildProcess::close);
  }
}
