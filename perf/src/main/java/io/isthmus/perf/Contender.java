package io.isthmus.perf;

import java.nio.file.Path;
import java.util.List;

/** One side of a pair: two hops that carry the caller's connections to the backend by mTLS. */
interface Contender extends AutoCloseable {
  String name();

  /** The port of the captured Service address that leads through this contender. */
  int servicePort();

  /** The caller's, then the destination's. */
  List<Hop> hops();

  /** Where the destination takes TLS connections, and with what credentials. */
  TlsDoor door();

  /**
   * @param chain PEM file, leaf first
   * @param key PEM file, PKCS#8
   */
  record TlsDoor(int port, Path chain, Path key) {}

  @Override
  void close();
}
