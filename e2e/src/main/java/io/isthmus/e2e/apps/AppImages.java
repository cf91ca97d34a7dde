package io.isthmus.e2e.apps;

import io.isthmus.cli.process.Command;
import io.isthmus.cli.process.ProcessFailure;
import io.isthmus.e2e.site.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Images of programs that this machine has, packed by the testbed. */
final class AppImages {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Path NGINX = Path.of("/usr/sbin/nginx");
  private static final Path POSTGRES = Path.of("/usr/lib/postgresql");

  private final Path script;
  private final Path directory;

  /**
   * @param root of the project
   * @param directory for the archives
   */
  AppImages(Path root, Path directory) {
    this.script = root.resolve("e2e/testbed/images.py");
    this.directory = directory;
  }

  /** What this machine lacks for them, and the remedy; empty: nothing. */
  static Optional<String> lacks() {
    if (!Files.isExecutable(NGINX)) {
      return Optional.of(NGINX + " is missing: install Debian's package nginx-light");
    }
    if (postgres().isEmpty()) {
      return Optional.of(POSTGRES + " has no pgbench: install Debian's package postgresql");
    }
    return Files.isExecutable(fortio())
        ? Optional.empty()
        : Optional.of(fortio() + " is missing: run e2e/testbed/build.sh tool fortio");
  }

  /** Where PostgreSQL's programs are, here and in its image. */
  static String postgresPrograms() {
    return postgres().orElseThrow().resolve("bin").toString();
  }

  private static Path fortio() {
    return Workspace.builtPrograms().resolve("fortio");
  }

  private static Optional<Path> postgres() {
    if (!Files.isDirectory(POSTGRES)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(POSTGRES)) {
      return versions
          .filter(version -> Files.isExecutable(version.resolve("bin/pgbench")))
          .max(Comparator.comparing(Path::toString));
    } catch (IOException e) {
      throw new ProcessFailure("cannot list " + POSTGRES, e);
    }
  }

  /** Packs all of them; their archives. */
  List<Path> pack() {
    String version = postgres().orElseThrow().getFileName().toString();
    return List.of(
        pack("nginx", "--user", "1000", "--package", "nginx"),
        pack(
            "postgres",
            "--user",
            "1000",
            "--shell",
            "--package",
            "postgresql-" + version,
            "--package",
            "postgresql-client-" + version),
        pack("fortio", "--user", "1000", "--entry", "[\"/fortio\"]", fortio() + ":/fortio"));
  }

  private Path pack(String name, String... arguments) {
    Path archive = directory.resolve(name + ".tar");
    List<String> line =
        new ArrayList<>(
            List.of(script.toString(), "add", archive.toString(), "registry.local/" + name + ":1"));
    line.addAll(List.of(arguments));
    Command.run(LIMIT, line);
    return archive;
  }
}
