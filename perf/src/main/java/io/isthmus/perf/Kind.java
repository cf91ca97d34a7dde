package io.isthmus.perf;

import java.util.List;

/**
 * One kind of traffic.
 *
 * @param name how the table calls it
 * @param unit what the CPU is divided by
 * @param bar the highest ratio to the peer's CPU that is good enough
 */
record Kind(String name, String unit, double bar, Load load) {

  /** Drives traffic from the caller's node; fails on any error. */
  interface Load {
    /** Returns the number of units done in about {@code seconds}. */
    double run(int port, int seconds);
  }

  static List<Kind> all() {
    return List.of(
        new Kind("small requests, 32 connections", "request", 0.7, (p, s) -> Wrk.run(p, s, 32)),
        new Kind("small requests, 256 connections", "request", 0.5, (p, s) -> Wrk.run(p, s, 256)),
        new Kind("new app connections", "connection", 0.15, Wrk::runNewConnections),
        new Kind("bulk, 1 stream", "GB", 0.75, (p, s) -> Bulk.run(p, s, 1)),
        new Kind("bulk, 8 streams", "GB", 0.8, (p, s) -> Bulk.run(p, s, 8)));
  }
}
