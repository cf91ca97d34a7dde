package io.isthmus.perf;

import io.isthmus.proxy.admin.ProcessLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;

/**
 * Runs on the caller's node with the class path of a sidecar, {@code COUNT DIRECTORY}: simulated
 * proxies, each with an identity, an address and connections of its own.
 */
final class ProxyFleet {
  /** Between two starts, as Pods come one after the other. */
  private static final int PACE_MILLIS = 20;

  private final List<SimulatedProxy> proxies;

  private ProxyFleet(List<SimulatedProxy> proxies) {
    this.proxies = proxies;
  }

  static void main(String[] args) throws IOException {
    ProcessLog.start("WARN");
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
    Path directory = Path.of(args[1]);
    ProxyFleet fleet =
        new ProxyFleet(
            IntStream.range(0, Integer.parseInt(args[0]))
                .mapToObj(i -> new SimulatedProxy(i, directory, timer))
                .toList());
    new Orders(
            Map.of(
                "start", _ -> fleet.start(),
                "ready", _ -> count(fleet.proxies.stream().filter(SimulatedProxy::isReady).count()),
                "shows",
                    arguments ->
                        count(
                            fleet.proxies.stream()
                                .filter(proxy -> proxy.shows(arguments.getFirst()))
                                .count()),
                "failures",
                    _ -> count(fleet.proxies.stream().mapToLong(SimulatedProxy::failures).sum())))
        .serve();
  }

  private String start() {
    proxies.forEach(proxy -> {
      proxy.start();
      Pause.millis(PACE_MILLIS);
    });
    return "started";
  }

  private static String count(long count) {
    return Long.toString(count);
  }
}
