package io.isthmus.proxy.outbound;

/** What becomes of connections to addresses that are no Service's. */
public enum UnknownDestinations {
  REFUSE,
  /** Plain TCP to the address. Names are never passed: this proxy asks no DNS. */
  PASS
}
