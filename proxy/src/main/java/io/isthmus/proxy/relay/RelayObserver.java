package io.isthmus.proxy.relay;

/** Watches one {@link Relay}. */
public interface RelayObserver {
  /** Bytes went from the caller towards the target. */
  void onSent(int bytes);

  /** Bytes went from the target towards the caller. */
  void onReceived(int bytes);

  /** Exactly once, last. */
  void onEnd(RelayOutcome outcome);
}
