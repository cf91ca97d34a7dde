package io.isthmus.cli.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * A real API server refuses loopback addresses in EndpointSlices, so the clusters that use one get
 * addresses of the benchmarking range (RFC 2544), made local by one route.
 */
final class LocalRoute {
  private final String network;

  LocalRoute(String prefix) {
    this.network = prefix + ".0/24";
  }

  void add() {
    run("replace", "is this process root?");
  }

  void remove() {
    run("del", "remove it by hand: ip route del local " + network + " dev lo");
  }

  private void run(String verb, String hint) {
    if (network.startsWith("127.")) {
      return;
    }
    try {
      Process ip =
          new ProcessBuilder("ip", "route", verb, "local", network, "dev", "lo")
              .redirectErrorStream(true)
              .start();
      String output = new String(ip.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (ip.waitFor() != 0) {
        throw new ClusterException(
            "cannot %s the local route %s: %s; %s".formatted(verb, network, output.strip(), hint));
      }
    } catch (IOException e) {
      throw new ClusterException("cannot run ip (package iproute2): " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ClusterException("interrupted while changing routes", e);
    }
  }
}
