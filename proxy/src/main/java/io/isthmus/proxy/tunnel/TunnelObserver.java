package io.isthmus.proxy.tunnel;

/** Counts tunnels. Called on any event loop. */
public interface TunnelObserver {

  /** A connection or session became usable. */
  void onOpened(Opening opening);

  /** A usable connection or session is over. */
  void onClosed();

  /** The number of open streams changed by {@code delta}. */
  void onStreams(int delta);

  /** A connection or session did not come to be. */
  void onFailed(TunnelError error);

  /** Counts nothing. */
  static TunnelObserver none() {
    return new TunnelObserver() {
      @Override
      public void onOpened(Opening opening) {}

      @Override
      public void onClosed() {}

      @Override
      public void onStreams(int delta) {}

      @Override
      public void onFailed(TunnelError error) {}
    };
  }
}
