package io.isthmus.perf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a command to its end and returns what it printed. */
final class Command {
  private Command() {}

  /**
   * @throws BenchmarkFailure when it exits other than 0 or outlives the limit; the message has the
   *     command and its output
   */
  static String run(Duration limit, List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      var output = new java.io.ByteArrayOutputStream();
      Thread reader = Thread.ofVirtual().start(() -> copy(process, output));
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new BenchmarkFailure(
            "'%s' did not end within %s".formatted(String.join(" ", command), limit));
      }
      reader.join();
      String printed = output.toString(StandardCharsets.UTF_8);
      if (process.exitValue() != 0) {
        throw new BenchmarkFailure(
            "'%s' exited %d: %s"
                .formatted(String.join(" ", command), process.exitValue(), printed.strip()));
      }
      return printed;
    } catch (IOException e) {
      throw new BenchmarkFailure("cannot run '%s'".formatted(String.join(" ", command)), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkFailure("interrupted", e);
    }
  }

  static String run(String... command) {
    return run(Duration.ofSeconds(60), List.of(command));
  }

  private static void copy(Process process, java.io.OutputStream output) {
    try (var in = process.getInputStream()) {
      in.transferTo(output);
    } catch (IOException e) {
      throw new BenchmarkFailure("cannot read the output of a command", e);
    }
  }
}
