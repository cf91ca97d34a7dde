package io.isthmus.proxy.tunnel;

/** Counts accepted connections. Called on any event loop. */
public interface AcceptObserver {

  /** A verified peer's connection is open. */
  void onOpened(Caller caller);

  void onClosed(Caller caller);

  /** A connection was closed before it carried a stream: {@code reason} is a metric label. */
  void onRefused(AcceptRefusal reason);

  /** Counts nothing. */
  static AcceptObserver none() {
    return new AcceptObserver() {
      @Override
      public void onOpened(Caller caller) {}

      @Override
      public void onClosed(Caller caller) {}

      @Override
      public void onRefused(AcceptRefusal reason) {}
    };
  }
}
