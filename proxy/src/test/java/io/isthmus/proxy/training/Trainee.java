package io.isthmus.proxy.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The packaged process, recording what an AOT cache is made of. Fails with the process's own words
 * when it does not end as it should or leaves no cache.
 */
public final class Trainee implements AutoCloseable {

  /** Profiles of methods would add 7 MB to what every process keeps resident. */
  private static final String NO_PROFILES = "-XX:-AOTRecordTraining";

  private final Shipped shipped;
  private final Path cache;
  private final PackagedProcess process;

  /**
   * What ships.
   *
   * @param java the program that will run it: a cache fits one build of the JVM
   * @param options of the JVM; {@link #finish} adds the cache to them
   */
  public record Shipped(Path java, Path options, Path jar) {

    /** Out of a training's command line. */
    public static Shipped of(String[] arguments) {
      if (arguments.length != 3) {
        throw new IllegalArgumentException(
            "%d arguments %s, expected three: java, JVM options, jar"
                .formatted(arguments.length, List.of(arguments)));
      }
      return new Shipped(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]));
    }

    private Path beside(String suffix) {
      return Path.of(jar.toString().replace(".jar", suffix));
    }
  }

  /**
   * Starts it.
   *
   * @param ip a loopback address of its own, where it serves the usual ports
   */
  public Trainee(Shipped shipped, String ip, List<String> arguments) throws IOException {
    this.shipped = shipped;
    this.cache = shipped.beside(".aot");
    Files.deleteIfExists(cache);
    List<String> all = new ArrayList<>(arguments);
    all.add("--drain-period=5s");
    process =
        new PackagedProcess(
            new PackagedProcess.Launch(
                shipped.java(),
                List.of("@" + shipped.options(), "-XX:AOTCacheOutput=" + cache, NO_PROFILES),
                shipped.jar(),
                ip,
                shipped.beside("-training.log")),
            all);
  }

  public void awaitReady() throws IOException {
    process.awaitReady();
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
      process.status(page);
    }
  }

  /** Ends the process as Kubernetes would, and adds the cache that it leaves to the options. */
  public void finish() throws IOException, InterruptedException {
    process.terminate();
    int status = process.awaitEnd();
    if (status != 0 || !Files.exists(cache)) {
      throw process.failure("ended with " + status + " and left no cache");
    }
    List<String> lines = new ArrayList<>(Files.readAllLines(shipped.options()));
    lines.add("# trained by the build; fits these jars and this JDK only");
    lines.add("-XX:AOTCache=" + cache.toAbsolutePath());
    Files.write(shipped.beside(".options"), lines);
    System.out.printf("trained %s, %d MB%n", cache.getFileName(), Files.size(cache) >> 20);
  }

  @Override
  public void close() {
    process.close();
  }
}
