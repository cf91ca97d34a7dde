package io.isthmus.e2e.site;

import io.isthmus.cli.process.ProcessFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a file as a kubelet keeps a mounted ConfigMap: looks at intervals and replaces it whole. A
 * kubelet looks about once a minute, for leaves that live a day; here lives are short. While the
 * API server does not answer the file stays.
 */
final class BundleMount implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofSeconds(3);

  private final Site site;
  private final Path file;
  private int misses;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("bundle-mount").daemon().factory());

  BundleMount(Site site, Path file) {
    this.site = site;
    this.file = file;
    thread.scheduleWithFixedDelay(
        this::follow, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void follow() {
    try {
      String published = site.publishedBundle();
      if (!published.isEmpty() && !published.equals(Files.readString(file))) {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.writeString(next, published);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (ProcessFailure | IOException absent) {
      misses++; // the API server is down, or the ConfigMap deleted: looked at again soon
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
