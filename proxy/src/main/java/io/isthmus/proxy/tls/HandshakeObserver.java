package io.isthmus.proxy.tls;

import java.time.Duration;

/** Counts handshakes. Called on the event loop of the connection. */
public interface HandshakeObserver {

  void onSucceeded(TlsRole role, Duration took);

  void onFailed(TlsRole role, HandshakeFailure failure);

  /** Counts nothing. */
  static HandshakeObserver none() {
    return new HandshakeObserver() {
      @Override
      public void onSucceeded(TlsRole role, Duration took) {}

      @Override
      public void onFailed(TlsRole role, HandshakeFailure failure) {}
    };
  }
}
