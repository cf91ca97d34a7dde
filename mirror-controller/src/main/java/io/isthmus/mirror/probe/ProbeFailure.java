package io.isthmus.mirror.probe;

import io.isthmus.api.link.LinkStatus.Problem;
import io.isthmus.proxy.tls.HandshakeFailure;
import io.isthmus.proxy.tunnel.TunnelError;
import io.isthmus.proxy.tunnel.TunnelException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Why a probe did not come back.
 *
 * @param reason the tunnel's word for it, such as {@code connect_failed}, or one of {@link
 *     Problem}'s
 */
public record ProbeFailure(String reason, String message) {
  /** Of a probe that lacked something to begin with. */
  public static ProbeFailure notTried(String message) {
    return new ProbeFailure(Problem.NOT_TRIED, message);
  }

  public static ProbeFailure of(@Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException wrapper && wrapper.getCause() != null
            ? wrapper.getCause()
            : failure;
    return switch (cause) {
      case null -> new ProbeFailure(Problem.UNANSWERED, "no answer");
      case TunnelException tunnel ->
          new ProbeFailure(word(tunnel.error()), tunnel.error().message());
      case IllegalStateException early -> notTried(message(early));
      default -> new ProbeFailure(Problem.UNANSWERED, message(cause));
    };
  }

  /** A handshake that gets no answer is another thing than one that is refused. */
  private static String word(TunnelError error) {
    return error instanceof TunnelError.HandshakeFailed(var _, HandshakeFailure.TimedOut _)
        ? Problem.HANDSHAKE_TIMEOUT
        : error.reason();
  }

  private static String message(Throwable cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
