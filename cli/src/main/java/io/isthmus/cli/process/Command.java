package io.isthmus.cli.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a command to its end. */
public final class Command {
  private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(60);

  private Command() {}

  /**
   * What a command left behind.
   *
   * @param exit its exit status
   * @param output standard output and standard error together
   */
  public record Result(int exit, String output) {}

  /**
   * Runs a command that may fail.
   *
   * @throws ProcessFailure when it cannot be started or outlives the limit
   */
  public static Result attempt(Duration limit, List<String> command) {
    String line = String.join(" ", command);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      ByteArrayOutputStream output = new ByteArrayOutputStream();
      Thread reader = Thread.ofVirtual().start(() -> copy(process, output));
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
        throw new ProcessFailure(
            "'%s' did not end within %s; so far it printed: %s"
                .formatted(line, limit, output.toString(StandardCharsets.UTF_8).strip()));
      }
      reader.join();
      return new Result(process.exitValue(), output.toString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new ProcessFailure("cannot run '%s': %s".formatted(line, e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProcessFailure("interrupted while '%s' ran".formatted(line), e);
    }
  }

  /**
   * Runs a command that must succeed, and returns what it printed.
   *
   * @throws ProcessFailure when it exits other than 0 too
   */
  public static String run(Duration limit, List<String> command) {
    Result result = attempt(limit, command);
    if (result.exit() != 0) {
      throw new ProcessFailure(
          "'%s' exited %d: %s"
              .formatted(String.join(" ", command), result.exit(), result.output().strip()));
    }
    return result.output();
  }

  /** As {@link #run(Duration, List)}, with a limit of a minute. */
  public static String run(String... command) {
    return run(DEFAULT_LIMIT, List.of(command));
  }

  private static void copy(Process process, OutputStream output) {
    try (var in = process.getInputStream()) {
      in.transferTo(output);
    } catch (IOException e) {
      // the stream of a command that was destroyed; its caller reports that
      Thread.currentThread().interrupt();
    }
  }
}
