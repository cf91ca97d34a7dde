package io.isthmus.e2e.trust;

import io.isthmus.cli.process.ProcessFailure;
import io.isthmus.e2e.Eventually;
import io.isthmus.e2e.mesh.Cluster;
import io.isthmus.e2e.site.Addresses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A PostgreSQL in a workload's Pod, with pgbench's tables; as Debian packages it. */
final class Database {
  private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
  static final int PORT = 5432;

  private final Cluster cluster;
  private final Path binaries;

  private Database(Cluster cluster, Path binaries) {
    this.cluster = cluster;
    this.binaries = binaries;
  }

  /** Returns when it answers and has its tables. */
  static Database start(Cluster cluster) {
    Database database = new Database(cluster, binaries());
    String data = database.makeCluster();
    cluster
        .site()
        .startProgram(
            cluster.workloadPod(),
            "postgres",
            database.asPostgres(
                "postgres",
                "-D",
                data,
                "-c",
                "listen_addresses=" + Addresses.WORKLOAD,
                "-c",
                "unix_socket_directories=" + data,
                "-c",
                "fsync=off"));
    Eventually.holds(
        Duration.ofSeconds(20),
        () ->
            cluster
                        .workloadPod()
                        .attempt(database.binary("pg_isready"), "-h", Addresses.WORKLOAD)
                        .exit()
                    == 0
                ? ""
                : "PostgreSQL does not answer");
    cluster
        .workloadPod()
        .run(
            database.binary("pgbench"),
            "-q",
            "-i",
            "-h",
            Addresses.WORKLOAD,
            "-U",
            "postgres",
            "postgres");
    return database;
  }

  private String makeCluster() {
    try {
      Path data = Files.createTempDirectory("isthmus-e2e-postgres-");
      cluster.workloadPod().run("chown", "postgres", data.toString());
      cluster
          .workloadPod()
          .run(
              asPostgres("initdb", "-D", data.toString(), "-A", "trust", "-N", "--no-locale")
                  .toArray(String[]::new));
      Files.writeString(data.resolve("pg_hba.conf"), "host all all 0.0.0.0/0 trust\n");
      return data.toString();
    } catch (IOException e) {
      throw new ProcessFailure("cannot make a directory for PostgreSQL", e);
    }
  }

  /** It does not run as root. */
  private List<String> asPostgres(String program, String... arguments) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "setpriv",
                "--reuid=postgres",
                "--regid=postgres",
                "--clear-groups",
                "--reset-env",
                binary(program)));
    line.addAll(List.of(arguments));
    return line;
  }

  /** The command of pgbench for {@code seconds}, with two clients in sessions of their own. */
  List<String> pgbench(String address, int seconds) {
    return List.of(
        binary("pgbench"),
        "-n",
        "-h",
        address,
        "-p",
        Integer.toString(PORT),
        "-U",
        "postgres",
        "-c",
        "2",
        "-R",
        "20",
        "-T",
        Integer.toString(seconds),
        "postgres");
  }

  private String binary(String program) {
    return binaries.resolve(program).toString();
  }

  private static Path binaries() {
    try (var versions = Files.list(INSTALLED)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("pgbench")))
          .max(Comparator.comparing(Path::toString))
          .orElseThrow(() -> new IOException("no pgbench there"));
    } catch (IOException e) {
      throw new ProcessFailure(
          "%s/*/bin has no PostgreSQL with pgbench (%s): install Debian's package postgresql"
              .formatted(INSTALLED, e.getMessage()),
          e);
    }
  }
}
