package io.isthmus.proxy.training;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process as it is shipped, on a loopback address of its own, where it serves the usual ports.
 * Failures say what the process itself said.
 */
public final class PackagedProcess implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(120);

  private final Launch launch;
  private final Process process;

  /**
   * What is started.
   *
   * @param java the program that runs it
   * @param options of the JVM
   * @param log where the process's output goes
   */
  public record Launch(Path java, List<String> options, Path jar, String ip, Path log) {

    /** Runs on the JVM that asks. */
    public static Launch onThisJvm(List<String> options, Path jar, String ip, Path log) {
      Path java = Path.of(System.getProperty("java.home"), "bin", "java");
      return new Launch(java, options, jar, ip, log);
    }
  }

  public PackagedProcess(Launch launch, List<String> arguments) throws IOException {
    this.launch = launch;
    List<String> command = new ArrayList<>();
    command.add(launch.java().toString());
    command.addAll(launch.options());
    command.addAll(List.of("-jar", launch.jar().toString()));
    command.addAll(
        List.of(
            "--pod-ip=" + launch.ip(),
            "--inbound-address=" + launch.ip() + ":15008",
            "--admin-address=" + launch.ip() + ":15000",
            "--metrics-address=" + launch.ip() + ":15020",
            "--ready-address=" + launch.ip() + ":15021"));
    command.addAll(arguments);
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(launch.log().toFile())
            .start();
  }

  public void awaitReady() throws IOException {
    long start = System.nanoTime();
    while (status("15021/ready") != 200) {
      if (!process.isAlive() || System.nanoTime() - start > LIMIT.toNanos()) {
        throw failure("is not ready");
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** The status of a page such as {@code 15021/live}; -1 when nobody answers. */
  public int status(String page) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://" + launch.ip() + ":" + page).toURL().openConnection();
      connection.setReadTimeout(5_000);
      int status = connection.getResponseCode();
      if (status < 400) {
        connection.getInputStream().readAllBytes();
      }
      return status;
    } catch (IOException e) {
      return -1; // not listening
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** SIGTERM, as Kubernetes would. */
  public void terminate() {
    process.destroy();
  }

  /** Its status, once it has ended by itself. */
  public int awaitEnd() throws InterruptedException {
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw failure("does not end");
    }
    return process.exitValue();
  }

  /** To be thrown: {@code what} became of it, and its output. */
  public IllegalStateException failure(String what) {
    try {
      return new IllegalStateException(
          "%s %s; it said:%n%s"
              .formatted(launch.jar().getFileName(), what, Files.readString(launch.log())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
