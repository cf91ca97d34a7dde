package io.isthmus.perf;

import java.util.List;
import java.util.function.Function;

/**
 * One kind of traffic.
 *
 * @param name how the table calls it
 * @param unit what the CPU is divided by
 * @param bar the highest ratio to the peer's CPU that is good enough
 * @param hops whose CPU counts
 */
record Kind(String name, String unit, double bar, Function<Contender, List<Hop>> hops, Load load) {

  /** Drives traffic from the caller's node; fails on any error. */
  interface Load {
    /** Returns the number of units done in about {@code seconds}. */
    double run(Contender contender, int seconds);
  }

  /** Traffic to the captured Service, which both hops of a contender carry. */
  private interface CapturedLoad {
    double run(int port, int seconds);
  }

  private static Kind captured(String name, String unit, double bar, CapturedLoad load) {
    return new Kind(
        name,
        unit,
        bar,
        Contender::hops,
        (contender, seconds) -> load.run(contender.servicePort(), seconds));
  }

  /** All that the table has. */
  static List<Kind> all(Handshakes handshakes) {
    return List.of(
        captured("small requests, 32 connections", "request", 0.7, (p, s) -> Wrk.run(p, s, 32)),
        captured("small requests, 256 connections", "request", 0.5, (p, s) -> Wrk.run(p, s, 256)),
        captured("new app connections", "connection", 0.15, Wrk::runNewConnections),
        captured("bulk, 1 stream", "GB", 0.75, (p, s) -> Bulk.run(p, s, 1)),
        captured("bulk, 8 streams", "GB", 0.8, (p, s) -> Bulk.run(p, s, 8)),
        new Kind(
            "TLS handshakes, server",
            "handshake",
            0.6,
            contender -> List.of(contender.hops().getLast()),
            handshakes::run));
  }
}
