package io.isthmus.cli.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One process of a cluster: started, waited for, stopped by its handle, and started again with the
 * same command. Everything it prints goes to one log file, which a restart appends to.
 */
public final class DemoProcess implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(25);
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final ProcessSpec spec;
  private volatile Process process;

  private DemoProcess(ProcessSpec spec) {
    this.spec = spec;
    this.process = launch(spec);
  }

  public static DemoProcess start(ProcessSpec spec) {
    return new DemoProcess(spec);
  }

  public String name() {
    return spec.name();
  }

  public Path log() {
    return spec.log();
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Throws with the log's last lines when the process ends first, or the time does. */
  public DemoProcess awaitReady(Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!spec.readiness().holds() || !process.isAlive()) {
      if (endsWithin(process, POLL)) {
        throw new ClusterException(
            "%s ended with exit code %d before it was ready%n%s"
                .formatted(name(), process.exitValue(), evidence()));
      }
      if (System.nanoTime() > deadline) {
        throw new ClusterException(
            "%s is not ready after %d s (asked: %s)%n%s"
                .formatted(name(), atMost.toSeconds(), spec.readiness(), evidence()));
      }
    }
    return this;
  }

  /** As {@code kill -9}: the process gets no chance to say good-bye. */
  public void kill() {
    process.destroyForcibly();
    endsWithin(process, GRACE);
  }

  /** Starts the same command again; the process must have ended. */
  public DemoProcess restart() {
    if (process.isAlive()) {
      throw new ClusterException(name() + " still runs as process " + pid() + ": stop it first");
    }
    process = launch(spec);
    return this;
  }

  @Override
  public void close() {
    process.destroy();
    if (!endsWithin(process, GRACE)) {
      kill();
    }
  }

  /** Asks the process to end without waiting for it, so that many end at the same time. */
  void askToStop() {
    process.destroy();
  }

  /** The log's path and its last lines, for a message. */
  public String evidence() {
    return "  log: %s%n%s".formatted(log(), String.join("\n", lastLines(15)).indent(4));
  }

  public List<String> lastLines(int count) {
    try {
      List<String> lines =
          new String(Files.readAllBytes(log()), StandardCharsets.UTF_8).lines().toList();
      return lines.subList(Math.max(0, lines.size() - count), lines.size());
    } catch (IOException e) {
      return List.of("(cannot read the log: " + e.getMessage() + ")");
    }
  }

  private static Process launch(ProcessSpec spec) {
    if (spec.readiness().isTaken()) {
      throw new ClusterException(
          "cannot start %s: another process answers there already (asked: %s); does another demo run on this machine?"
              .formatted(spec.name(), spec.readiness()));
    }
    try {
      return new ProcessBuilder(spec.command())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(spec.log().toFile()))
          .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
          .start();
    } catch (IOException e) {
      throw new ClusterException(
          "cannot start %s (%s): %s"
              .formatted(spec.name(), spec.command().getFirst(), e.getMessage()),
          e);
    }
  }

  private static boolean endsWithin(Process process, Duration time) {
    try {
      return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while waiting for a process", e);
    }
  }
}
