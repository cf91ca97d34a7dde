package io.isthmus.proxy.relay;

/** The two sides of a relayed connection. */
public enum Side {
  /** Who opened the connection. */
  CALLER,
  /** Whom it was opened to. */
  TARGET;

  public Side other() {
    return switch (this) {
      case CALLER -> TARGET;
      case TARGET -> CALLER;
    };
  }
}
