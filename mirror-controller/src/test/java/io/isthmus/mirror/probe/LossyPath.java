package io.isthmus.mirror.probe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A program for a network namespace of its own: measures the path to a gateway, whole and then with
 * packets above each of the lengths in its arguments dropped without a word, and prints a line for
 * each measurement.
 */
final class LossyPath {
  private LossyPath() {}

  public static void main(String[] lengths) throws Exception {
    run("ip link set lo up mtu 1500");
    // a packet of the loopback device stays whole packets of the wire
    run("ip link set lo gso_max_segs 1");
    try (TestGateway gateway = new TestGateway();
        TunnelProbe probe = new TunnelProbe(TestGateway.prober(), InstantSource.system())) {
      print("whole", probe, gateway);
      for (String length : lengths) {
        run(
            "nft add table inet lossy; add chain inet lossy input { type filter hook input priority"
                + " 0; }; flush chain inet lossy input; add rule inet lossy input meta length > "
                + length
                + " drop");
        print(length, probe, gateway);
        run("nft delete table inet lossy");
      }
    }
    System.exit(0);
  }

  private static void print(String what, TunnelProbe probe, TestGateway gateway) throws Exception {
    // a fresh handshake fails by itself where certificates do not fit: probes use one that is open
    probe.probe(gateway.target("isthmus-gateway")).exceptionally(lost -> null).get();
    PathReport report = probe.measure(gateway.target("isthmus-gateway")).get(60, TimeUnit.SECONDS);
    Optional<String> alive =
        probe
            .probe(gateway.target("isthmus-gateway"))
            .thenApply(rtt -> Optional.of("alive"))
            .exceptionally(lost -> Optional.empty())
            .get(20, TimeUnit.SECONDS);
    System.out.printf(
        "%s: %d, %s, %s%n",
        what, report.largest(), alive.orElse("dead"), report.blackHole().orElse("no black hole"));
  }

  private static void run(String line) throws IOException {
    int space = line.indexOf(' ');
    List<String> command =
        line.startsWith("nft ")
            ? List.of("nft", line.substring(space + 1))
            : List.of(line.split(" "));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException(command + ": " + output);
    }
  }
}
