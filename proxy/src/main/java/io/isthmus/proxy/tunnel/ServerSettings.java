package io.isthmus.proxy.tunnel;

import java.time.Duration;

/**
 * Limits of a server of tunnels.
 *
 * @param connections most at a time; a mesh peer needs one or two
 * @param handshakes most under way at a time: strangers cost CPU only here
 */
public record ServerSettings(Duration handshakeTimeout, int connections, int handshakes) {
  public static final ServerSettings DEFAULT =
      new ServerSettings(Duration.ofSeconds(10), 4096, 512);

  public ServerSettings {
    if (connections < 1 || handshakes < 1) {
      throw new IllegalArgumentException(
          "limits of %d connections and %d handshakes: expected at least 1"
              .formatted(connections, handshakes));
    }
  }
}
