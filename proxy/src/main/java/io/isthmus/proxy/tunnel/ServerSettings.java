package io.isthmus.proxy.tunnel;

import java.time.Duration;
import java.util.Optional;

/**
 * Limits of a server of tunnels.
 *
 * @param handshakeTimeout from the TCP connection on, whether the peer says anything or not
 * @param connections most at a time; a mesh peer needs one or two
 * @param handshakes most under way at a time: strangers cost CPU only here
 * @param ofOnePeer most of these connections that one SPIFFE ID may hold
 * @param spread GOAWAYs that one event causes, such as a renewed own leaf, leave at random moments
 *     of this time: callers do not all make their next handshake at once
 * @param maxAge after this time a connection is closed, streams in flight included; empty: never,
 *     not even when a certificate of it ends
 */
public record ServerSettings(
    Duration handshakeTimeout,
    int connections,
    int handshakes,
    int ofOnePeer,
    Duration spread,
    Optional<Duration> maxAge) {

  /**
   * A peer is a service account, so all replicas of a Deployment: 128 Pods with a tunnel from each
   * of two loops, where the memory budget has windows for them: at its default, a peer's share is
   * spent at about 200. It takes 16 such peers to use all connections up.
   */
  private static final int OF_ONE_PEER = 256;

  public static final ServerSettings DEFAULT =
      new ServerSettings(
          Duration.ofSeconds(10), 4096, 512, OF_ONE_PEER, Duration.ofSeconds(5), Optional.empty());

  public ServerSettings {
    if (connections < 1 || handshakes < 1 || ofOnePeer < 1) {
      throw new IllegalArgumentException(
          "limits of %d connections, %d handshakes and %d of one peer: expected at least 1"
              .formatted(connections, handshakes, ofOnePeer));
    }
  }

  public ServerSettings withMaxAge(Optional<Duration> limit) {
    return new ServerSettings(handshakeTimeout, connections, handshakes, ofOnePeer, spread, limit);
  }

  public ServerSettings withSpread(Duration time) {
    return new ServerSettings(handshakeTimeout, connections, handshakes, ofOnePeer, time, maxAge);
  }
}
