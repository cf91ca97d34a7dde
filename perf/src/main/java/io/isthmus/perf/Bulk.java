package io.isthmus.perf;

import io.isthmus.cli.process.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Large downloads by curl, each stream a process of its own. */
final class Bulk {
  private Bulk() {}

  /**
   * Downloads the backend's large file again and again in each stream until the time is over.
   *
   * @return gigabytes (10^9 bytes) received
   */
  static double run(int port, int seconds, int streams) {
    long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Long>> downloads = new ArrayList<>();
      for (int i = 0; i < streams; i++) {
        downloads.add(pool.submit(() -> downloadUntil(end, port, Backend.BIG_BYTES / streams)));
      }
      long bytes = 0;
      for (Future<Long> download : downloads) {
        bytes += download.get();
      }
      return bytes / 1e9;
    } catch (ExecutionException e) {
      throw new BenchmarkFailure("bulk over port " + port + " failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchmarkFailure("interrupted", e);
    }
  }

  private static long downloadUntil(long end, int port, long length) {
    long bytes = 0;
    do {
      String printed =
          Command.run(
              Duration.ofSeconds(120),
              TestBed.on(
                  TestBed.CALLER,
                  List.of(
                      "curl",
                      "-sSf",
                      "-o",
                      "/dev/null",
                      "-r",
                      "0-" + (length - 1),
                      "-w",
                      "%{size_download}",
                      "http://%s:%d/big".formatted(TestBed.SERVICE_IP, port))));
      long got = Long.parseLong(printed.strip());
      if (got != length) {
        throw new BenchmarkFailure(
            "port %d: %d bytes of /big came through, expected %d".formatted(port, got, length));
      }
      bytes += got;
    } while (System.nanoTime() < end);
    return bytes;
  }
}
