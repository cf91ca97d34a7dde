package io.isthmus.proxy.config;

/** What a gateway does with a stream. */
public enum TunnelMode {
  /** Joins it, unread, to the destination's proxy. */
  END_TO_END,
  /** Ends it and opens its own way to the destination. */
  TERMINATE
}
