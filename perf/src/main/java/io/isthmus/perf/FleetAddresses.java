package io.isthmus.perf;

import io.isthmus.cli.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * An address for each simulated proxy, as Pods have: the control plane's limits are for an address.
 * Each one knows the control plane by an address of its own, too, and the route to that one says
 * where its connections come from.
 */
final class FleetAddresses {
  private static final int PER_THIRD_BYTE = 250;

  private FleetAddresses() {}

  static String account(int proxy) {
    return "fleet-" + proxy;
  }

  static String pod(int proxy) {
    return address("10.92", proxy);
  }

  static String control(int proxy) {
    return address("10.93", proxy);
  }

  private static String address(String network, int proxy) {
    return "%s.%d.%d".formatted(network, proxy / PER_THIRD_BYTE, proxy % PER_THIRD_BYTE + 1);
  }

  /** Makes the addresses of {@code count} proxies on the caller's node. */
  static void make(int count, Path directory) {
    StringBuilder routes = new StringBuilder("route add local 10.92.0.0/16 dev lo\n");
    for (int i = 0; i < count; i++) {
      routes.append(
          "route add %s/32 via %s src %s\n".formatted(control(i), TestBed.DESTINATION_IP, pod(i)));
    }
    Path batch = directory.resolve("fleet-routes");
    try {
      Files.writeString(batch, routes);
    } catch (IOException e) {
      throw new BenchmarkFailure("cannot write " + batch, e);
    }
    TestBed.in(TestBed.CALLER, "ip", "-batch", batch.toString());
    for (List<String> route :
        List.of(
            List.of("ip", "route", "add", "local", "10.93.0.0/16", "dev", "lo"),
            List.of("ip", "route", "add", "10.92.0.0/16", "via", TestBed.CALLER_IP))) {
      Command.run(TestBed.on(TestBed.DESTINATION, route).toArray(String[]::new));
    }
  }
}
