package io.isthmus.api.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** One process that this JVM started, and ends by its handle. */
final class ServerProcess implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(3);

  private final String name;
  private final Process process;
  private final Path log;

  private ServerProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  static ServerProcess start(Path directory, List<String> command) throws IOException {
    String name = Path.of(command.getFirst()).getFileName().toString();
    Path log = directory.resolve(name + ".log");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    return new ServerProcess(name, process, log);
  }

  /** Throws with the end of the process's log if it ends, or is not ready in time. */
  void awaitReady(BooleanSupplier ready, Duration patience) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!ready.getAsBoolean()) {
      if (exitedWithin(Duration.ofMillis(50))) {
        throw new IOException(
            "%s ended with status %d; its log ends:%n%s"
                .formatted(name, process.exitValue(), logTail()));
      }
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "%s was not ready within %s; its log ends:%n%s".formatted(name, patience, logTail()));
      }
    }
  }

  /** Ends the process the hard way, as a machine's failure would; its data stay. */
  @Override
  public void close() {
    process.destroyForcibly();
    exitedWithin(GRACE);
  }

  private boolean exitedWithin(Duration patience) {
    try {
      return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
      return true;
    }
  }

  private String logTail() throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
  }
}
