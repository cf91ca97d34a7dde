package io.isthmus.proxy.tls;

import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads BoringSSL's errors; the texts it looks for are held by tests against the real library. */
public final class HandshakeFailures {
  private static final Pattern ALERT =
      Pattern.compile("(?:SSLV3|TLSV1|TLSV1\\.?3)_ALERT_([A-Z_]+)");

  private HandshakeFailures() {}

  static HandshakeFailure of(Throwable cause, PeerCheck check, long timeoutMillis) {
    if (check.rejection().isPresent()) {
      var rejection = check.rejection().orElseThrow();
      String message = rejection.getMessage() == null ? "" : rejection.getMessage();
      return new HandshakeFailure.PeerRejected(rejection.reason(), message);
    }
    for (Throwable t = cause; t != null; t = t.getCause()) {
      Optional<HandshakeFailure> known = known(t, timeoutMillis);
      if (known.isPresent()) {
        return known.get();
      }
    }
    return new HandshakeFailure.Broken(String.valueOf(cause.getMessage()));
  }

  /** The alert that a peer ended the connection with, if {@code message} tells of one. */
  public static Optional<String> alertIn(String message) {
    Matcher alert = ALERT.matcher(message);
    return alert.find() ? Optional.of(alert.group(1).toLowerCase(Locale.ROOT)) : Optional.empty();
  }

  private static Optional<HandshakeFailure> known(Throwable cause, long timeoutMillis) {
    String message = String.valueOf(cause.getMessage());
    if (cause instanceof SslHandshakeTimeoutException) {
      return Optional.of(new HandshakeFailure.TimedOut(timeoutMillis));
    }
    if (cause instanceof NotSslRecordException
        || message.contains("HTTP_REQUEST")
        || message.contains("WRONG_VERSION_NUMBER")) {
      return Optional.of(new HandshakeFailure.NotTls());
    }
    if (message.contains("PEER_DID_NOT_RETURN_A_CERTIFICATE")) {
      return Optional.of(new HandshakeFailure.NoClientCertificate());
    }
    if (message.contains("UNSUPPORTED_PROTOCOL")) {
      return Optional.of(new HandshakeFailure.UnsupportedVersion());
    }
    if (cause instanceof ClosedChannelException) {
      return Optional.of(new HandshakeFailure.ConnectionClosed());
    }
    return alertIn(message).map(HandshakeFailure.RefusedByPeer::new);
  }
}
