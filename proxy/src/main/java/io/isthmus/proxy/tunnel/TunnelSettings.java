package io.isthmus.proxy.tunnel;

import java.time.Duration;
import java.util.Optional;

/**
 * How tunnels are kept.
 *
 * @param connectTimeout for TCP
 * @param handshakeTimeout for TLS and the first SETTINGS
 * @param answerTimeout for the answer to a CONNECT: the far end connects its target first
 * @param idle a connection without streams is closed after this time
 * @param age after this time, give or take a fifth, a connection takes no new streams
 * @param sessionAge the same for an end-to-end session inside a gateway's stream, which sticks to
 *     one pod
 * @param maxAge after this time a connection is closed, streams in flight included; empty: never,
 *     not even when a certificate of it ends
 * @param maxSegment the most bytes of a TCP segment, both ways; empty: as the path's MTU says
 */
public record TunnelSettings(
    Duration connectTimeout,
    Duration handshakeTimeout,
    Duration answerTimeout,
    Duration idle,
    Duration age,
    Duration sessionAge,
    Optional<Duration> maxAge,
    Optional<Integer> maxSegment) {
  public static final TunnelSettings DEFAULT =
      new TunnelSettings(
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(15),
          Duration.ofMinutes(5),
          Duration.ofHours(1),
          Duration.ofMinutes(10),
          Optional.empty(),
          Optional.empty());

  public TunnelSettings withConnectTimeout(Duration timeout) {
    return new TunnelSettings(
        timeout, handshakeTimeout, answerTimeout, idle, age, sessionAge, maxAge, maxSegment);
  }

  public TunnelSettings withIdle(Duration time) {
    return new TunnelSettings(
        connectTimeout, handshakeTimeout, answerTimeout, time, age, sessionAge, maxAge, maxSegment);
  }

  public TunnelSettings withAges(Duration connection, Duration session) {
    return new TunnelSettings(
        connectTimeout,
        handshakeTimeout,
        answerTimeout,
        idle,
        connection,
        session,
        maxAge,
        maxSegment);
  }

  public TunnelSettings withMaxAge(Optional<Duration> limit) {
    return new TunnelSettings(
        connectTimeout, handshakeTimeout, answerTimeout, idle, age, sessionAge, limit, maxSegment);
  }

  public TunnelSettings withMaxSegment(int bytes) {
    return new TunnelSettings(
        connectTimeout,
        handshakeTimeout,
        answerTimeout,
        idle,
        age,
        sessionAge,
        maxAge,
        Optional.of(bytes));
  }
}
