package io.isthmus.proxy.hbone;

/** Why a connection is over. */
public sealed interface ConnectionEnd {

  /** The peer closed the transport. */
  record ClosedByPeer() implements ConnectionEnd {}

  /** This side closed it, after a drain or when idle. */
  record ClosedHere() implements ConnectionEnd {}

  /** The peer sent GOAWAY with an error. */
  record GoAwayByPeer(ErrorCode code, String debug) implements ConnectionEnd {}

  /** The peer broke the protocol; GOAWAY was sent. */
  record ProtocolViolation(ErrorCode code, String detail) implements ConnectionEnd {}

  /** The transport failed: I/O error, TLS error, or no answer to a PING. */
  record TransportFailed(String detail) implements ConnectionEnd {}
}
