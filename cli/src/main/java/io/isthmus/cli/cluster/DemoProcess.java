package io.isthmus.cli.cluster;

import io.isthmus.cli.process.ChildProcess;
import io.isthmus.cli.process.ProcessFailure;
import java.nio.file.Path;
import java.time.Duration;

/**
 * One process of a cluster: a child process with its readiness, which is started again with the
 * same command and the same log.
 */
public final class DemoProcess implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(25);
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final ProcessSpec spec;
  private volatile ChildProcess process;

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
      if (process.endsWithin(POLL)) {
        throw new ClusterException(
            "%s ended with exit code %d before it was ready%n%s"
                .formatted(name(), process.awaitExit(Duration.ZERO), evidence()));
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
    process.kill();
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
    process.terminate();
    if (!process.endsWithin(GRACE)) {
      kill();
    }
  }

  /** Asks the process to end without waiting for it, so that many end at the same time. */
  void askToStop() {
    process.terminate();
  }

  /** The log's path and its last lines, for a message. */
  public String evidence() {
    return "  log: %s%n%s".formatted(log(), lastLines(15).indent(4));
  }

  String lastLines(int count) {
    return process.lastLines(count);
  }

  private static ChildProcess launch(ProcessSpec spec) {
    if (spec.readiness().isTaken()) {
      throw new ClusterException(
          "cannot start %s: another process answers there already (asked: %s); does another demo run on this machine?"
              .formatted(spec.name(), spec.readiness()));
    }
    try {
      return ChildProcess.startWithLog(spec.name(), spec.log(), spec.command());
    } catch (ProcessFailure e) {
      throw new ClusterException(String.valueOf(e.getMessage()), e);
    }
  }
}
