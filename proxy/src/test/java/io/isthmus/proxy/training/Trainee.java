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
 * The packaged process, recording what an AOT cache is made of. Fails with the process's own words
 * when it is not ready, does not end or leaves no cache within {@value #LIMIT_SECONDS} s.
 */
public final class Trainee implements AutoCloseable {
  private static final int LIMIT_SECONDS = 120;

  /** Profiles of methods would add 7 MB to what every process keeps resident. */
  private static final String NO_PROFILES = "-XX:-AOTRecordTraining";

  private final Path options;
  private final Path jar;
  private final Path cache;
  private final Path log;
  private final String ip;
  private final Process process;

  /**
   * Starts it.
   *
   * @param options the JVM options that ship; {@link #finish} adds the cache to them
   * @param ip a loopback address of its own, where it serves the usual ports
   */
  public Trainee(Path options, Path jar, String ip, List<String> arguments) throws IOException {
    this.options = options;
    this.jar = jar;
    this.ip = ip;
    this.cache = Path.of(jar.toString().replace(".jar", ".aot"));
    this.log = Path.of(jar.toString().replace(".jar", "-training.log"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("@" + options, "-XX:AOTCacheOutput=" + cache, NO_PROFILES, "-jar", jar.toString()));
    command.addAll(
        List.of(
            "--pod-ip=" + ip,
            "--inbound-address=" + ip + ":15008",
            "--admin-address=" + ip + ":15000",
            "--metrics-address=" + ip + ":15020",
            "--ready-address=" + ip + ":15021",
            "--drain-period=5s"));
    command.addAll(arguments);
    Files.deleteIfExists(cache);
    process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  /** Waits for readiness, then reads every page once. */
  public void awaitReady() throws IOException {
    long start = System.nanoTime();
    while (status("15021/ready") != 200) {
      if (!process.isAlive()
          || System.nanoTime() - start > Duration.ofSeconds(LIMIT_SECONDS).toNanos()) {
        throw failure("is not ready");
      }
      pause();
    }
  }

  /** What an operator and a scraper ask for. */
  public void readPages() {
    for (String page :
        List.of(
            "15021/live",
            "15020/metrics",
            "15000/config_dump",
            "15000/certs",
            "15000/clusters",
            "15000/tunnels")) {
      status(page);
    }
  }

  private int status(String page) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) URI.create("http://" + ip + ":" + page).toURL().openConnection();
      connection.setReadTimeout(5_000);
      int status = connection.getResponseCode();
      if (status < 400) {
        connection.getInputStream().readAllBytes();
      }
      return status;
    } catch (IOException e) {
      return -1; // not listening yet
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

  /** Ends the process as Kubernetes would, and adds the cache that it leaves to the options. */
  public void finish() throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      throw failure("does not end");
    }
    if (process.exitValue() != 0 || !Files.exists(cache)) {
      throw failure("ended with " + process.exitValue() + " and left no cache");
    }
    List<String> lines = new ArrayList<>(Files.readAllLines(options));
    lines.add("# trained by the build; fits these jars and this JDK only");
    lines.add("-XX:AOTCache=" + cache.toAbsolutePath());
    Files.write(Path.of(jar.toString().replace(".jar", ".options")), lines);
    System.out.printf("trained %s, %d MB%n", cache.getFileName(), Files.size(cache) >> 20);
  }

  private IllegalStateException failure(String what) {
    try {
      return new IllegalStateException(
          "%s %s; it said:%n%s".formatted(jar.getFileName(), what, Files.readString(log)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
