package io.isthmus.perf;

import io.isthmus.cli.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a process under measurement has used so far. */
record Hop(ChildProcess process) implements AutoCloseable {
  private static final double TICKS_PER_SECOND = 100;

  /** User and system time of all threads, in seconds. Source: /proc/pid/stat. */
  double cpuSeconds() {
    String stat = read("stat");
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
  }

  /** Resident set in MB. Source: /proc/pid/status. */
  double rssMegabytes() {
    return megabytes("VmRSS:");
  }

  /** The largest resident set since the process began, in MB. Source: /proc/pid/status. */
  double peakMegabytes() {
    return megabytes("VmHWM:");
  }

  private double megabytes(String field) {
    return read("status")
            .lines()
            .filter(line -> line.startsWith(field))
            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
            .findFirst()
            .orElseThrow(() ->
                new BenchmarkFailure("%s has no %s in /proc".formatted(process.name(), field)))
        / 1024.0;
  }

  private String read(String file) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/" + file));
    } catch (IOException e) {
      throw new BenchmarkFailure(
          "%s (pid %d) is gone:%n%s"
              .formatted(process.name(), process.pid(), process.lastLines(20)),
          e);
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
