package io.isthmus.proxy.hbone;

/**
 * How much of each {@link Flood} a peer may send. Resets are normal life in a tunnel (every aborted
 * app connection is one), so a peer that proved a mesh identity gets limits that only an attack
 * reaches.
 */
public enum PeerTrust {
  AUTHENTICATED,
  ANONYMOUS
}
