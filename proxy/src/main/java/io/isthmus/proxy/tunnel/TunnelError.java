package io.isthmus.proxy.tunnel;

import io.isthmus.proxy.hbone.ConnectionEnd;
import io.isthmus.proxy.hbone.StreamEnd;
import io.isthmus.proxy.tls.HandshakeFailure;
import java.net.SocketAddress;
import java.time.Duration;

/** Why there is no tunnel. */
public sealed interface TunnelError {

  /** For people: what happened and what to check. */
  default String message() {
    return switch (this) {
      case NotReady n ->
          "this proxy has no SVID yet: check control-address, control-bundle and token-file";
      case ConnectFailed(SocketAddress address, String detail) ->
          "no TCP connection to %s (%s): check that its proxy runs and that the port is open"
              .formatted(address, detail);
      case HandshakeFailed(SocketAddress address, HandshakeFailure failure) ->
          "no mTLS with %s: %s".formatted(address, failure.message());
      case OutOfMemory(long budget) ->
          "the memory budget of %d bytes is spent: raise memory-budget, or lower the load"
              .formatted(budget);
      case Refused(SocketAddress address, String authority, int status) ->
          "%s answered %d to CONNECT %s: %s".formatted(address, status, authority, hint(status));
      case NoAnswer(SocketAddress address, String authority, Duration waited) ->
          "%s did not answer CONNECT %s within %s: check the destination behind it"
              .formatted(address, authority, waited);
      case StreamLost(SocketAddress address, String authority, StreamEnd end) ->
          "CONNECT %s by %s ended before it was answered: %s".formatted(authority, address, end);
      case ConnectionLost(SocketAddress address, ConnectionEnd end) ->
          "the connection to %s ended before it could be used: %s".formatted(address, end);
    };
  }

  private static String hint(int status) {
    return switch (status) {
      case 400 -> "it found the request malformed";
      case 401, 403 -> "not exported to this cluster, or this identity is not allowed";
      case 404 -> "no such service there";
      case 503 -> "the destination has no endpoint that can be reached";
      default -> "see its access log";
    };
  }

  /** A metric label. */
  default String reason() {
    return switch (this) {
      case NotReady n -> "not_ready";
      case ConnectFailed c -> "connect_failed";
      case HandshakeFailed h -> "handshake_failed";
      case OutOfMemory o -> "out_of_memory";
      case Refused r -> "refused";
      case NoAnswer n -> "no_answer";
      case StreamLost s -> "stream_lost";
      case ConnectionLost c -> "connection_lost";
    };
  }

  /** There is no identity to speak with. */
  record NotReady() implements TunnelError {}

  record ConnectFailed(SocketAddress address, String detail) implements TunnelError {}

  record HandshakeFailed(SocketAddress address, HandshakeFailure failure) implements TunnelError {}

  /** There are no windows left for one more connection. */
  record OutOfMemory(long budget) implements TunnelError {}

  /** The far end answered something else than 200. */
  record Refused(SocketAddress address, String authority, int status) implements TunnelError {}

  record NoAnswer(SocketAddress address, String authority, Duration waited)
      implements TunnelError {}

  record StreamLost(SocketAddress address, String authority, StreamEnd end)
      implements TunnelError {}

  record ConnectionLost(SocketAddress address, ConnectionEnd end) implements TunnelError {}
}
