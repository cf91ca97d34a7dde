package io.isthmus.mirror.probe;

import io.isthmus.proxy.tls.HandshakeFailure;
import io.isthmus.proxy.tunnel.TunnelError;
import io.isthmus.proxy.tunnel.TunnelException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Why a probe did not come back.
 *
 * @param reason the tunnel's word for it, such as {@code connect_failed}, or {@code
 *     handshake_timeout}; {@code unanswered} once there was a tunnel, {@code not_tried} without an
 *     identity or a bundle
 */
public record ProbeFailure(String reason, String message) {
  private static final String UNANSWERED = "unanswered";
  private static final String HANDSHAKE_TIMEOUT = "handshake_timeout";
  private static final String NOT_TRIED = "not_tried";

  /** Of a probe that lacked something to begin with. */
  public static ProbeFailure notTried(String message) {
    return new ProbeFailure(NOT_TRIED, message);
  }

  public static ProbeFailure of(@Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException wrapper && wrapper.getCause() != null
            ? wrapper.getCause()
            : failure;
    return switch (cause) {
      case null -> new ProbeFailure(UNANSWERED, "no answer");
      case TunnelException tunnel ->
          new ProbeFailure(word(tunnel.error()), tunnel.error().message());
      case IllegalStateException early -> notTried(message(early));
      default -> new ProbeFailure(UNANSWERED, message(cause));
    };
  }

  /** A handshake that gets no answer is another thing than one that is refused. */
  private static String word(TunnelError error) {
    return error instanceof TunnelError.HandshakeFailed(var _, HandshakeFailure.TimedOut _)
        ? HANDSHAKE_TIMEOUT
        : error.reason();
  }

  private static String message(Throwable cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
