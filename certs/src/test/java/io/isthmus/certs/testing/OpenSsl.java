package io.isthmus.certs.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/** The {@code openssl} command, as an opinion that is not ours. */
public final class OpenSsl {
  private final Path directory;

  private OpenSsl(Path directory) {
    this.directory = directory;
  }

  /** Skips the test where there is no openssl, except in CI, where that is a failure. */
  public static OpenSsl orSkip(Path directory) {
    OpenSsl openssl = new OpenSsl(directory);
    try {
      openssl.run("version");
      return openssl;
    } catch (IOException e) {
      String message = "the openssl command is not installed: " + e.getMessage();
      if ("true".equals(System.getenv("CI"))) {
        throw new IllegalStateException(message, e);
      }
      throw new TestAbortedException(message, e);
    }
  }

  /** What it prints on both streams, in the directory, ending within 30 s. */
  public String run(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        throw new IOException(command + " did not end within 30 s");
      }
      return output;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(command + " was interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }
}
