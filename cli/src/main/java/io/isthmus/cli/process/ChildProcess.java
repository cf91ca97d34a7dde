package io.isthmus.cli.process;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A long-running program with its log in a file. */
public final class ChildProcess implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(40);
  private static final long POLL_NANOS = Duration.ofMillis(2).toNanos();

  private final String name;
  private final Process process;
  private final Path log;

  private ChildProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /** Starts a program; its output is appended to {@code <logDirectory>/<name>.log}. */
  public static ChildProcess start(String name, Path logDirectory, List<String> command) {
    return startWithLog(name, logDirectory.resolve(name + ".log"), command);
  }

  /** Starts a program; its output is appended to {@code log}. */
  public static ChildProcess startWithLog(String name, Path log, List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .redirectInput(new File("/dev/null"))
              .start();
      return new ChildProcess(name, process, log);
    } catch (IOException e) {
      throw new ProcessFailure(
          "cannot start %s by '%s': %s".formatted(name, String.join(" ", command), e.getMessage()),
          e);
    }
  }

  public String name() {
    return name;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public Path log() {
    return log;
  }

  /** All that it has printed, in all its lives under this name. */
  public String logText() {
    try {
      // bytes, for a program may print what is no UTF-8
      return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new ProcessFailure("cannot read " + log, e);
    }
  }

  /** The last lines of the log, for a message. */
  public String lastLines(int count) {
    List<String> lines = logText().lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
  }

  /**
   * Waits until the log holds {@code text}.
   *
   * @return the time since the call
   * @throws ProcessFailure when the program ends first, or the limit passes
   */
  public Duration awaitLog(String text, Duration limit) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < limit.toNanos()) {
      if (logText().contains(text)) {
        return Duration.ofNanos(System.nanoTime() - start);
      }
      if (!process.isAlive()) {
        throw new ProcessFailure(
            "%s exited %d before it printed '%s':%n%s"
                .formatted(name, process.exitValue(), text, lastLines(20)));
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    throw new ProcessFailure(
        "%s did not print '%s' within %s:%n%s".formatted(name, text, limit, lastLines(20)));
  }

  /** Asks it to end (SIGTERM) and does not wait. */
  public void terminate() {
    process.destroy();
  }

  /** Ends it at once (SIGKILL) and waits for that. */
  public void kill() {
    process.destroyForcibly();
    awaitExit(GRACE);
  }

  /**
   * Waits for its end.
   *
   * @return its exit status
   * @throws ProcessFailure when it lives on after the limit
   */
  public int awaitExit(Duration limit) {
    if (endsWithin(limit)) {
      return process.exitValue();
    }
    throw new ProcessFailure(
        "%s (pid %d) still runs after %s:%n%s".formatted(name, pid(), limit, lastLines(20)));
  }

  /**
   * Whether it ends in time.
   *
   * @throws ProcessFailure when the thread is interrupted first, and stays so
   */
  public boolean endsWithin(Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProcessFailure("interrupted while waiting for the end of " + name, e);
    }
  }

  /** Asks it to end, and ends it when it does not within 40 s. */
  @Override
  public void close() {
    process.destroy();
    try {
      awaitExit(GRACE);
    } catch (ProcessFailure stillRunning) {
      process.destroyForcibly();
    }
  }
}
