package io.isthmus.proxy.hbone;

/**
 * How many bytes we let the peer send, on a stream or on the connection.
 *
 * <p>Invariant: {@code left + returned + outstanding == size}, where outstanding bytes were
 * received and not yet given back. Returned credit is announced in steps of half a window, so that
 * a bulk stream costs two WINDOW_UPDATE frames a window and the peer never stalls with everything
 * given back.
 */
final class ReceiveWindow {

  private int size;
  private int left;
  private int returned;

  ReceiveWindow(int size) {
    this.size = size;
    this.left = size;
  }

  /** Takes the bytes of a DATA frame (padding included); false when the peer had no such credit. */
  boolean charge(int bytes) {
    if (bytes > left) {
      return false;
    }
    left -= bytes;
    return true;
  }

  /** Gives bytes back; the increment to announce now, or 0. */
  int giveBack(int bytes) {
    returned += bytes;
    if (returned < Math.max(1, size / 2)) {
      return 0;
    }
    int increment = returned;
    returned = 0;
    left += increment;
    return increment;
  }

  /** The size changes by a setting; {@code left} may fall below 0 until bytes are given back. */
  void resize(int delta) {
    size += delta;
    left += delta;
  }

  /** What the peer may still send. */
  int left() {
    return left;
  }

  /** Bytes received and not given back. */
  int outstanding() {
    return size - left - returned;
  }
}
