package io.isthmus.perf;

/**
 * Makes the caller's sidecar open a further tunnel: more connections at once than one tunnel
 * carries.
 */
final class FreshHandshake {
  private FreshHandshake() {}

  static void with(IsthmusPair pair) {
    Wrk.run(pair.servicePort(), 1, 256);
  }
}
