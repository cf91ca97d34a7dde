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

  private final Path options;
  private final Path jar;
  private final Path cache;
  private final PackagedProcess process;

  /**
   * Starts it.
   *
   * @param options the JVM options that ship; {@link #finish} adds the cache to them
   * @param ip a loopback address of its own, where it serves the usual ports
   */
  public Trainee(Path options, Path jar, String ip, List<String> arguments) throws IOException {
    this.options = options;
    this.jar = jar;
    this.cache = beside(".aot");
    Files.deleteIfExists(cache);
    List<String> all = new ArrayList<>(arguments);
    all.add("--drain-period=5s");
    process =
        new PackagedProcess(
            new PackagedProcess.Launch(
                List.of("@" + options, "-XX:AOTCacheOutput=" + cache, NO_PROFILES),
                jar,
                ip,
                beside("-training.log")),
            all);
  }

  private Path beside(String suffix) {
    return Path.of(jar.toString().replace(".jar", suffix));
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
    List<String> lines = new ArrayList<>(Files.readAllLines(options));
    lines.add("# trained by the build; fits these jars and this JDK only");
    lines.add("-XX:AOTCache=" + cache.toAbsolutePath());
    Files.write(beside(".options"), lines);
    System.out.printf("trained %s, %d MB%n", cache.getFileName(), Files.size(cache) >> 20);
  }

  @Override
  public void close() {
    process.close();
  }
}
