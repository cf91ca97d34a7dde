package io.isthmus.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code perf/run}: measures, prints the table, exits 1 when a load met an error. */
final class Main {
  private static final int HANDSHAKE_THREADS = 8;

  private Main() {}

  public static void main(String[] args) throws IOException {
    Path directory = Files.createTempDirectory("isthmus-perf-");
    System.out.println("files of this run: " + directory);
    long start = System.nanoTime();
    try {
      switch (args[0]) {
        case "trust" -> TrustFigures.run(TrustPlan.FULL, directory);
        case "trust-smoke" -> TrustFigures.run(TrustPlan.SMOKE, directory);
        default -> pairs(Plan.named(args[0]), directory);
      }
      System.out.printf("%nin %d s%n", (System.nanoTime() - start) / 1_000_000_000);
    } catch (RuntimeException e) {
      System.out.println("perf: " + e.getMessage());
      System.exit(1);
    }
  }

  private static void pairs(Plan plan, Path directory) {
    try (TestBed bed = new TestBed();
        Backend backend = new Backend(directory);
        Wire peerWire = new Wire(HaProxyPair.TLS_PORT, directory);
        HaProxyPair peer = new HaProxyPair(directory);
        Wire ourWire = new Wire(IsthmusPair.TLS_PORT, directory);
        IsthmusPair ours = IsthmusPair.start(directory);
        Handshakes handshakes =
            Handshakes.start(
                directory,
                HANDSHAKE_THREADS,
                List.of(Handshakes.Door.of(ours), Handshakes.Door.of(peer)))) {
      ServerHello wire = same(ourWire.serverHello(), peerWire.serverHello());
      Memory memory = Memory.measure(ours, ours.caller(), directory);
      List<Measurement> measurements = new ArrayList<>();
      for (Kind kind : Kind.all(handshakes)) {
        System.out.println("measuring " + kind.name());
        measurements.add(Measurement.take(kind, ours, peer, plan));
      }
      System.out.printf(
          "%nBoth: TLS 1.3, %s, client certificates, one thread a hop; %d rounds of %d s, %d s"
              + " warm-up. CPU of both hops. No load met an error.%n%n",
          wire, plan.rounds(), plan.seconds(), plan.warmUpSeconds());
      System.out.print(Report.table(measurements));
      System.out.println();
      System.out.println("| sidecar | measured | bar |  |");
      System.out.println("|---|---|---|---|");
      System.out.print(Report.line("RSS idle", memory.idleMegabytes(), 95, "MB"));
      System.out.print(
          Report.line("RSS with 1 000 connections", memory.with1000Megabytes(), 115, "MB"));
      System.out.print(Report.line("start to ready", ours.startToReady().toMillis(), 1000, "ms"));
    }
  }

  /** Asserts that both contenders chose the same suite and group. */
  private static ServerHello same(ServerHello mine, ServerHello peers) {
    if (!peers.equals(mine)) {
      throw new BenchmarkFailure(
          "not the same work: isthmus chose %s, haproxy %s".formatted(mine, peers));
    }
    return mine;
  }
}
