package io.isthmus.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A long-running process under measurement, or one that a measurement needs. */
final class Hop implements AutoCloseable {
  private static final long TICKS_PER_SECOND = 100;

  private final String name;
  private final Process process;
  private final Path log;

  private Hop(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  static Hop start(String name, Path logDirectory, List<String> command) {
    Path log = logDirectory.resolve(name + ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      return new Hop(name, process, log);
    } catch (IOException e) {
      throw new BenchmarkFailure("cannot start %s by %s".formatted(name, command), e);
    }
  }

  String name() {
    return name;
  }

  /** User and system time of all threads so far, in seconds. Source: /proc/pid/stat. */
  double cpuSeconds() {
    String stat = read("stat");
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / (double) TICKS_PER_SECOND;
  }

  /** Resident set in MB. Source: /proc/pid/status. */
  double rssMegabytes() {
    return read("status")
            .lines()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
            .findFirst()
            .orElseThrow(() -> new BenchmarkFailure(name + " has no VmRSS in /proc"))
        / 1024.0;
  }

  /** Waits until the log has a line with {@code text}; returns the time since the call. */
  Duration awaitLog(String text, Duration limit) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < limit.toNanos()) {
      if (logText().contains(text)) {
        return Duration.ofNanos(System.nanoTime() - start);
      }
      if (!process.isAlive()) {
        throw new BenchmarkFailure(
            "%s exited %d before '%s':%n%s"
                .formatted(name, process.exitValue(), text, logText().strip()));
      }
      Pause.millis(2);
    }
    throw new BenchmarkFailure(
        "%s did not print '%s' within %s:%n%s".formatted(name, text, limit, logText().strip()));
  }

  String logText() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new BenchmarkFailure("cannot read " + log, e);
    }
  }

  private String read(String file) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/" + file));
    } catch (IOException e) {
      throw new BenchmarkFailure(
          "%s (pid %d) is gone:%n%s".formatted(name, process.pid(), logText().strip()), e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
