package io.isthmus.proxy.relay;

/** Where a {@link Relay} stands; its class comment draws the transitions. */
sealed interface RelayState {

  /** Bytes flow both ways. */
  record Open() implements RelayState {}

  /** One side has ended its direction; the other one goes on. */
  record HalfClosed(Side first) implements RelayState {}

  /** Both directions were ended by their senders; what is queued is still being written. */
  record Flushing(Side first) implements RelayState {}

  /** Over; both legs are closed. */
  record Ended(RelayOutcome outcome) implements RelayState {}
}
