package io.isthmus.proxy.metrics;

import io.isthmus.proxy.relay.EndReason;

/** Counts the connections of one set of labels. */
public interface ConnectionObserver {
  void onOpened();

  /** Bytes from the caller to the target. */
  void onSent(int bytes);

  /** Bytes from the target to the caller. */
  void onReceived(int bytes);

  void onClosed(EndReason reason);
}
