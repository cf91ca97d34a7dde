package io.isthmus.proxy.hbone;

/** Life cycle of one connection. */
public interface ConnectionListener {

  /** The peer's SETTINGS are in force (first and later ones). */
  void onSettings(int peerMaxConcurrentStreams);

  /** The peer sent GOAWAY: no new streams; those above {@code lastStreamId} were not processed. */
  void onGoAway(ErrorCode code, int lastStreamId);

  /** The number of open streams changed. */
  void onActiveStreamsChanged(int active);

  /** The connection is over; comes after {@code onClosed} of all its streams. */
  void onClosed(ConnectionEnd end);
}
