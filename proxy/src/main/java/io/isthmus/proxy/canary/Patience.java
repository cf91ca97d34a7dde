package io.isthmus.proxy.canary;

import java.time.Duration;

/**
 * How long a canary's session may take.
 *
 * @param handshake of TLS
 * @param whole with what is said afterwards
 */
public record Patience(Duration handshake, Duration whole) {
  public static final Patience DEFAULT = new Patience(Duration.ofSeconds(5), Duration.ofSeconds(8));

  public Patience {
    if (!handshake.isPositive() || whole.compareTo(handshake) < 0) {
      throw new IllegalArgumentException(
          "patience of %s for the handshake and %s for the whole: expected the first above zero and at most the second"
              .formatted(handshake, whole));
    }
  }
}
