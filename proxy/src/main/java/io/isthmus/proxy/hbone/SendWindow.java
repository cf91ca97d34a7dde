package io.isthmus.proxy.hbone;

/**
 * How many bytes the peer lets us send, on a stream or on the connection.
 *
 * <p>Invariant: never above 2^31-1; below 0 only after the peer lowered INITIAL_WINDOW_SIZE (RFC
 * 9113, section 6.9.2).
 */
final class SendWindow {

  private int available;

  SendWindow(int available) {
    this.available = available;
  }

  int available() {
    return available;
  }

  void take(int bytes) {
    available -= bytes;
  }

  /** Adds credit (negative when the peer shrinks its windows); false when that overflows. */
  boolean grow(int bytes) {
    long sum = (long) available + bytes;
    if (sum > Integer.MAX_VALUE) {
      return false;
    }
    available = (int) sum;
    return true;
  }
}
