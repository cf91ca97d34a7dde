package io.isthmus.proxy.hbone;

/**
 * Counts cheap frames and ends the connection with ENHANCE_YOUR_CALM when a limit is passed.
 *
 * <p>A window is one keepalive interval: the keepalive timer starts a new one. So counting reads no
 * clock, which at one counted frame per small request would be the most expensive part of it.
 */
final class FloodGuard {

  static final int TINY_INCREMENT = 1024;
  static final int SMALL_DATA = 256;
  private static final Flood[] KINDS = Flood.values();

  private final int[] left = new int[KINDS.length];
  private final PeerTrust trust;

  FloodGuard(PeerTrust trust) {
    this.trust = trust;
    newWindow();
  }

  void newWindow() {
    for (Flood kind : KINDS) {
      left[kind.ordinal()] = kind.limit(trust);
    }
  }

  void count(Flood kind) throws ConnectionFault {
    if (--left[kind.ordinal()] < 0) {
      throw new ConnectionFault(
          ErrorCode.ENHANCE_YOUR_CALM,
          "more than " + kind.limit(trust) + " " + kind + " in one keepalive interval");
    }
  }
}
