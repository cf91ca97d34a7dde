package io.isthmus.proxy.hbone;

/**
 * What one connection grants its peer.
 *
 * @param streamWindow receive window of each stream in bytes; smaller than {@code
 *     connectionWindow}, or one stalled stream starves its siblings
 * @param connectionWindow receive window of all streams together in bytes, at least 65 535
 * @param maxFrameSize largest frame that the peer may send, in bytes
 * @param maxConcurrentStreams server: how many streams the peer may have open; client: how many we
 *     open on this connection at most, also when the peer would take more
 * @param keepalive when a silent peer is given up
 * @param peerTrust how strict the limits against floods are
 */
public record HboneSettings(
    int streamWindow,
    int connectionWindow,
    int maxFrameSize,
    int maxConcurrentStreams,
    Keepalive keepalive,
    PeerTrust peerTrust) {

  /** Initial window of RFC 9113, section 6.9.2. */
  static final int RFC_WINDOW = 65_535;

  static final int MIN_FRAME_SIZE = 16_384;
  static final int MAX_FRAME_SIZE = 16_777_215;

  public HboneSettings {
    between("stream window", streamWindow, 1, connectionWindow);
    between("connection window", connectionWindow, RFC_WINDOW, Integer.MAX_VALUE);
    between("maximal frame size", maxFrameSize, MIN_FRAME_SIZE, MAX_FRAME_SIZE);
    between("maximum of concurrent streams", maxConcurrentStreams, 1, Integer.MAX_VALUE);
  }

  /** 1 MiB a stream, 4 MiB a connection, 64 KiB frames, 100 streams, a mesh peer. */
  public static HboneSettings forClient() {
    return new HboneSettings(
        1 << 20, 4 << 20, 1 << 16, 100, Keepalive.DEFAULT, PeerTrust.AUTHENTICATED);
  }

  /** As {@link #forClient()}, with 200 streams. */
  public static HboneSettings forServer() {
    return forClient().withMaxConcurrentStreams(200);
  }

  public HboneSettings withWindows(int stream, int connection) {
    return new HboneSettings(
        stream, connection, maxFrameSize, maxConcurrentStreams, keepalive, peerTrust);
  }

  public HboneSettings withMaxFrameSize(int bytes) {
    return new HboneSettings(
        streamWindow, connectionWindow, bytes, maxConcurrentStreams, keepalive, peerTrust);
  }

  public HboneSettings withMaxConcurrentStreams(int streams) {
    return new HboneSettings(
        streamWindow, connectionWindow, maxFrameSize, streams, keepalive, peerTrust);
  }

  public HboneSettings withKeepalive(Keepalive newKeepalive) {
    return new HboneSettings(
        streamWindow,
        connectionWindow,
        maxFrameSize,
        maxConcurrentStreams,
        newKeepalive,
        peerTrust);
  }

  public HboneSettings withPeerTrust(PeerTrust trust) {
    return new HboneSettings(
        streamWindow, connectionWindow, maxFrameSize, maxConcurrentStreams, keepalive, trust);
  }

  private static void between(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " is " + value + ", expected " + least + " to " + most);
    }
  }
}
