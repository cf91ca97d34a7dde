package io.isthmus.proxy.xds;

import java.time.Duration;

/**
 * Periods of the xDS client.
 *
 * @param warming how long a response may wait for what it refers to
 * @param again how long after a refusal for want of it all that was refused is asked for anew
 * @param confirmation how often a living stream confirms that the configuration is current
 */
public record XdsTiming(
    Duration warming,
    Duration again,
    Duration confirmation,
    Duration firstRetry,
    Duration longestRetry) {
  public static final XdsTiming DEFAULT =
      new XdsTiming(
          Duration.ofSeconds(5),
          Duration.ofSeconds(20),
          Duration.ofSeconds(5),
          Duration.ofMillis(250),
          Duration.ofSeconds(30));
}
