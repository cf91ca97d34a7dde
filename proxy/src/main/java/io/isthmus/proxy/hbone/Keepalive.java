package io.isthmus.proxy.hbone;

import java.time.Duration;

/**
 * When a silent peer is given up.
 *
 * @param interval time of silence after which a PING is sent
 * @param timeout how long after that PING, or after our SETTINGS, the answer may take
 */
public record Keepalive(Duration interval, Duration timeout) {

  public static final Keepalive DEFAULT =
      new Keepalive(Duration.ofSeconds(10), Duration.ofSeconds(20));

  public Keepalive {
    positive("interval", interval);
    positive("timeout", timeout);
  }

  private static void positive(String name, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(
          "keepalive " + name + " is " + value + ", expected more than 0");
    }
  }
}
