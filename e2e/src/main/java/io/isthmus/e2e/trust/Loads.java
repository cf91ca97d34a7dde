package io.isthmus.e2e.trust;

import io.isthmus.cli.process.ChildProcess;
import io.isthmus.cli.process.Command;
import io.isthmus.cli.process.ProcessFailure;
import io.isthmus.e2e.mesh.Cluster;
import io.isthmus.e2e.mesh.Together;
import io.isthmus.e2e.site.Addresses;
import io.isthmus.e2e.trust.LinkedMesh.Pair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** fortio on every directed pair, pgbench on one, sessions on all: started, ended, counted. */
final class Loads implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final LinkedMesh mesh;
  private final SoakForm form;
  private final Path fortio;
  private final Map<Pair, ChildProcess> callers = new java.util.HashMap<>();
  private final List<ChildProcess> sessions = new ArrayList<>();
  private final PgbenchLoop pgbench;

  private Loads(LinkedMesh mesh, SoakForm form, Path fortio, PgbenchLoop pgbench) {
    this.mesh = mesh;
    this.form = form;
    this.fortio = fortio;
    this.pgbench = pgbench;
  }

  /** Starts what is called. */
  static Database furnish(LinkedMesh mesh) {
    Path fortio = fortio(mesh);
    Together.each(
        mesh.mesh().clusters(),
        cluster ->
            cluster
                .site()
                .startProgram(
                    cluster.workloadPod(),
                    "fortio-server",
                    List.of(
                        fortio.toString(),
                        "server",
                        "-http-port",
                        Addresses.WORKLOAD + ":8080",
                        "-grpc-port",
                        "disabled",
                        "-tcp-port",
                        "disabled",
                        "-udp-port",
                        "disabled",
                        "-redirect-port",
                        "disabled"))
                .awaitLog("8080", LIMIT));
    return Database.start(mesh.mesh().clusters().getLast());
  }

  private static Path fortio(LinkedMesh mesh) {
    Path fortio = mesh.mesh().binaries().resolve("fortio");
    if (!Files.isExecutable(fortio)) {
      throw new ProcessFailure(fortio + " is missing: run e2e/testbed/build.sh tool fortio");
    }
    return fortio;
  }

  static Loads start(LinkedMesh mesh, SoakForm form, Database database) {
    Pair toDatabase = new Pair(mesh.mesh().clusters().getFirst(), mesh.mesh().clusters().getLast());
    List<String> pgbench = database.pgbench(mesh.mirror(toDatabase), form.sessionSeconds());
    // the first one opens the tunnels; a run of seconds that does nothing else would not count
    toDatabase.from().workloadPod().run(pgbench.toArray(String[]::new));
    Loads loads =
        new Loads(
            mesh, form, fortio(mesh), new PgbenchLoop(toDatabase.from().workloadPod(), pgbench));
    mesh.pairs().forEach(loads::startFortio);
    int share = form.sessions() / mesh.mesh().clusters().size();
    int more = form.sessions() % mesh.mesh().clusters().size();
    for (Cluster cluster : mesh.mesh().clusters()) {
      loads.sessions.add(
          SessionServers.call(
              cluster,
              new SessionServers.Shape(
                  "session-client",
                  more-- > 0 ? share + 1 : share,
                  form.sessionSeconds(),
                  Duration.ofSeconds(1)),
              mesh.mirrorsIn(cluster).values()));
    }
    return loads;
  }

  private void startFortio(Pair pair) {
    callers.put(
        pair,
        pair.from()
            .site()
            .startProgram(
                pair.from().workloadPod(),
                "fortio-to-" + pair.to().site().name(),
                List.of(
                    fortio.toString(),
                    "load",
                    "-quiet",
                    "-a=false",
                    "-json",
                    result(pair).toString(),
                    "-qps",
                    Integer.toString(form.rate()),
                    "-c",
                    Integer.toString(form.connections()),
                    "-connection-reuse",
                    form.reuse(),
                    "-t",
                    "0",
                    "-timeout",
                    "10s",
                    "http://%s:%d/".formatted(mesh.mirror(pair), LinkedMesh.HTTP))));
  }

  private Path result(Pair pair) {
    return mesh.mesh()
        .scratch()
        .resolve("fortio-%s-%s.json".formatted(pair.from().site().name(), pair.to().site().name()));
  }

  /** Ends them, in order, and says what they counted. */
  Counted end() {
    // fortio ends at SIGINT, and writes what it counted
    callers.values().forEach(fortio -> Command.run("kill", "-INT", Long.toString(fortio.pid())));
    callers.values().forEach(fortio -> fortio.awaitExit(LIMIT));
    pgbench.close();
    sessions.forEach(ChildProcess::close);
    Map<Pair, FortioResult> requests =
        new TreeMap<>(java.util.Comparator.comparing(Pair::toString));
    callers.keySet().forEach(pair -> requests.put(pair, read(result(pair))));
    return new Counted(
        requests,
        sessions.stream().map(client -> SessionLog.of(client.logText())).toList(),
        pgbench);
  }

  private static FortioResult read(Path file) {
    try {
      return FortioResult.of(Files.readString(file));
    } catch (IOException e) {
      throw new ProcessFailure("fortio left no result in " + file, e);
    }
  }

  /** What the clients counted. */
  record Counted(
      Map<Pair, FortioResult> requests, List<SessionLog> sessions, PgbenchLoop database) {

    long requestsMade() {
      return requests.values().stream().mapToLong(FortioResult::requests).sum();
    }

    long sessionsEnded() {
      return sessions.stream().mapToLong(SessionLog::ended).sum();
    }

    /** All that failed, a line each. */
    List<String> failures() {
      List<String> found = new ArrayList<>();
      requests.forEach((pair, result) -> {
        if (result.failed() > 0) {
          found.add(
              "fortio from %s: %d of %d requests failed: %s"
                  .formatted(pair, result.failed(), result.requests(), result.failures()));
        }
      });
      sessions.forEach(log -> log.broken().forEach(one -> found.add("session " + one)));
      found.addAll(database.failures());
      return found;
    }
  }

  @Override
  public void close() {
    callers.values().forEach(ChildProcess::close);
    pgbench.close();
    sessions.forEach(ChildProcess::close);
  }
}
