package io.isthmus.cli.demo;

import io.isthmus.cli.cluster.ApiKind;
import io.isthmus.cli.cluster.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A demo and its directory. Closing ends the processes and removes the directory, once, whether the
 * command's thread or the JVM's shutdown comes first.
 */
final class DemoRun implements AutoCloseable {
  private final DemoMesh mesh;
  private final Path directory;
  private final Thread hook = new Thread(this::cleanUp, "clean-up");
  private boolean keepLogs;
  private boolean done;

  private DemoRun(DemoMesh mesh, Path directory) {
    this.mesh = mesh;
    this.directory = directory;
  }

  static DemoRun in(Path directory, ApiKind api, Installation installation) {
    DemoRun run = new DemoRun(DemoMesh.in(directory, api, installation), directory);
    Runtime.getRuntime().addShutdownHook(run.hook);
    return run;
  }

  DemoMesh mesh() {
    return mesh;
  }

  synchronized void keepLogs() {
    keepLogs = true;
  }

  @Override
  public void close() {
    cleanUp();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // the JVM is ending already, and the hook has run or runs
    }
  }

  private synchronized void cleanUp() {
    if (done) {
      return;
    }
    done = true;
    try {
      mesh.close();
    } finally {
      if (!keepLogs) {
        delete(directory);
      }
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + directory, e);
    }
  }
}
