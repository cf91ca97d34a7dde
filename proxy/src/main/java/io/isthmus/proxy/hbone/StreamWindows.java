package io.isthmus.proxy.hbone;

import java.util.ArrayDeque;

/**
 * The receive window that streams of this connection have, while SETTINGS are on their way.
 *
 * <p>Invariant: {@code inForce} is never below what the peer may believe in. So growth counts from
 * the moment it is announced, a shrink from its acknowledgement (RFC 9113, section 6.9.2).
 */
final class StreamWindows {

  /** What each unacknowledged SETTINGS frame will take away; 0 or less. */
  private final ArrayDeque<Integer> pendingShrinks = new ArrayDeque<>();

  private final StreamTable streams;
  private int announced = HboneSettings.RFC_WINDOW;
  private int inForce = HboneSettings.RFC_WINDOW;

  StreamWindows(StreamTable streams) {
    this.streams = streams;
  }

  int announced() {
    return announced;
  }

  int inForce() {
    return inForce;
  }

  /** SETTINGS with this window were written. */
  void announced(int bytes) {
    int delta = bytes - announced;
    announced = bytes;
    resize(Math.max(delta, 0));
    pendingShrinks.add(Math.min(delta, 0));
  }

  /** The oldest of the SETTINGS was acknowledged. */
  void acknowledged() {
    resize(pendingShrinks.remove());
  }

  private void resize(int delta) {
    if (delta != 0) {
      inForce += delta;
      for (HboneStream stream : streams.snapshot()) {
        stream.receiveWindow().resize(delta);
      }
    }
  }
}
