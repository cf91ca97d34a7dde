package io.isthmus.proxy.outbound;

import io.isthmus.proxy.balance.NoEndpointException;
import io.isthmus.proxy.relay.EndReason;
import io.isthmus.proxy.tunnel.TunnelError;
import io.isthmus.proxy.tunnel.TunnelException;
import java.util.Optional;

/** Why there is no connection to a target, in the words of the access log. */
public final class ConnectFailures {
  private ConnectFailures() {}

  public static EndReason reason(Throwable cause) {
    return switch (cause) {
      case NoEndpointException e -> EndReason.NO_ENDPOINT;
      case TunnelException e -> reason(e.error());
      default -> EndReason.CONNECT_FAILED;
    };
  }

  private static EndReason reason(TunnelError error) {
    return switch (error) {
      case TunnelError.NotReady e -> EndReason.NOT_READY;
      case TunnelError.OutOfMemory e -> EndReason.OVERLOADED;
      case TunnelError.HandshakeFailed e -> EndReason.TLS_FAILED;
      case TunnelError.Refused e -> EndReason.REFUSED_BY_PEER;
      case TunnelError.ConnectFailed e -> EndReason.CONNECT_FAILED;
      case TunnelError.NoAnswer e -> EndReason.CONNECT_FAILED;
      case TunnelError.StreamLost e -> EndReason.TARGET_LOST;
      case TunnelError.ConnectionLost e -> EndReason.TARGET_LOST;
    };
  }

  static String detail(Throwable cause) {
    return Optional.ofNullable(cause.getMessage()).orElse(cause.getClass().getSimpleName());
  }
}
