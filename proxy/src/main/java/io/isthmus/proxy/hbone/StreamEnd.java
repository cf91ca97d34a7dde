package io.isthmus.proxy.hbone;

/** Why a {@link TunnelStream} is over. */
public sealed interface StreamEnd {

  /** Both directions ended with END_STREAM, or the CONNECT was answered with other than 200. */
  record Clean() implements StreamEnd {}

  /** The peer sent RST_STREAM. */
  record ResetByPeer(ErrorCode code) implements StreamEnd {}

  /** This side sent RST_STREAM; {@code detail} says why. */
  record ResetHere(ErrorCode code, String detail) implements StreamEnd {}

  /** The connection under the stream ended first. */
  record ConnectionLost(ConnectionEnd cause) implements StreamEnd {}
}
