package io.isthmus.perf;

import java.util.List;

/** One side of a pair: two hops that carry the caller's connections to the backend by mTLS. */
interface Contender extends AutoCloseable {
  String name();

  /** The port of the captured Service address that leads through this contender. */
  int servicePort();

  List<Hop> hops();

  @Override
  void close();

  default double cpuSeconds() {
    return hops().stream().mapToDouble(Hop::cpuSeconds).sum();
  }
}
