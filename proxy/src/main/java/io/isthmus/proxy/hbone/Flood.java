package io.isthmus.proxy.hbone;

/** Kinds of cheap frames that cost the receiver more than the sender, with limits per window. */
enum Flood {
  /** RST_STREAM received, and those that we had to send because of the peer's faults. */
  RESETS(200, 100_000),
  PINGS(50, 1_000),
  SETTINGS(20, 200),
  /** DATA without payload and without END_STREAM. */
  EMPTY_DATA(10, 1_000),
  /** WINDOW_UPDATE of less than {@link FloodGuard#TINY_INCREMENT} bytes. */
  TINY_WINDOW_UPDATES(1_000, 1_000_000),
  /**
   * DATA below {@link FloodGuard#SMALL_DATA} bytes, and frames that carry nothing for us (PRIORITY,
   * unknown types). Interactive protocols send such DATA by nature: at 30 us a request a busy
   * connection makes 300 000 in a window.
   */
  SMALL_FRAMES(50_000, 5_000_000);

  private final int anonymous;
  private final int authenticated;

  Flood(int anonymous, int authenticated) {
    this.anonymous = anonymous;
    this.authenticated = authenticated;
  }

  int limit(PeerTrust trust) {
    return switch (trust) {
      case ANONYMOUS -> anonymous;
      case AUTHENTICATED -> authenticated;
    };
  }
}
