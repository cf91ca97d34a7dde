package io.isthmus.proxy.tunnel;

import java.time.Duration;

/**
 * Limits of a server of tunnels.
 *
 * @param handshakeTimeout from the TCP connection on, whether the peer says anything or not
 * @param connections most at a time; a mesh peer needs one or two
 * @param handshakes most under way at a time: strangers cost CPU only here
 * @param ofOnePeer most of these connections that one SPIFFE ID may hold
 */
public record ServerSettings(
    Duration handshakeTimeout, int connections, int handshakes, int ofOnePeer) {

  /**
   * A peer is a service account, so all replicas of a Deployment: 128 Pods with a tunnel from each
   * of two loops, where the memory budget has windows for them: at its default, a peer's share is
   * spent at about 200. It takes 16 such peers to use all connections up.
   */
  private static final int OF_ONE_PEER = 256;

  public static final ServerSettings DEFAULT =
      new ServerSettings(Duration.ofSeconds(10), 4096, 512, OF_ONE_PEER);

  public ServerSettings {
    if (connections < 1 || handshakes < 1 || ofOnePeer < 1) {
      throw new IllegalArgumentException(
          "limits of %d connections, %d handshakes and %d of one peer: expected at least 1"
              .formatted(connections, handshakes, ofOnePeer));
    }
  }
}
