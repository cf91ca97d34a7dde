package io.isthmus.proxy.metrics;

import io.isthmus.proxy.relay.EndReason;

/** Finds the observer for a connection. */
public interface ConnectionMetrics {
  ConnectionObserver observer(ConnectionLabels labels);

  /** Counts nothing. */
  static ConnectionMetrics none() {
    ConnectionObserver observer =
        new ConnectionObserver() {
          @Override
          public void onOpened() {}

          @Override
          public void onSent(int bytes) {}

          @Override
          public void onReceived(int bytes) {}

          @Override
          public void onClosed(EndReason reason) {}
        };
    return labels -> observer;
  }
}
