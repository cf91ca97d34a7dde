package io.isthmus.proxy.tls;

import io.isthmus.certs.RejectReason;
import java.util.Locale;

/** Why there is no mTLS connection. The set of {@link #reason()} labels is closed. */
public sealed interface HandshakeFailure {

  /** For logs: what happened, with the values. */
  String message();

  /** A metric label: few values, none of them the peer's to choose. */
  default String reason() {
    return switch (this) {
      case PeerRejected r -> "peer_" + r.why().name().toLowerCase(Locale.ROOT);
      case RefusedByPeer r -> "refused_by_peer";
      case NotTls n -> "not_tls";
      case NoClientCertificate n -> "no_client_certificate";
      case UnsupportedVersion u -> "unsupported_tls_version";
      case NoAlpn n -> "no_alpn_h2";
      case TimedOut t -> "timed_out";
      case ConnectionClosed c -> "connection_closed";
      case Broken b -> "broken";
    };
  }

  /** This side does not believe the peer. */
  record PeerRejected(RejectReason why, String message) implements HandshakeFailure {}

  /** The peer answered with an alert: most often, that it does not believe this side. */
  record RefusedByPeer(String alert) implements HandshakeFailure {
    @Override
    public String message() {
      return "the peer refused the handshake with alert %s: check that it trusts this trust domain"
          .formatted(alert);
    }
  }

  /** Something other than TLS was spoken, plain HTTP for example. */
  record NotTls() implements HandshakeFailure {
    @Override
    public String message() {
      return "the peer does not speak TLS: this port takes mTLS 1.3 only";
    }
  }

  record NoClientCertificate() implements HandshakeFailure {
    @Override
    public String message() {
      return "the client sent no certificate: expected an X509-SVID";
    }
  }

  record UnsupportedVersion() implements HandshakeFailure {
    @Override
    public String message() {
      return "the client offers no TLS 1.3";
    }
  }

  record NoAlpn(String negotiated) implements HandshakeFailure {
    @Override
    public String message() {
      return "application protocol is \"%s\": expected h2".formatted(negotiated);
    }
  }

  record TimedOut(long millis) implements HandshakeFailure {
    @Override
    public String message() {
      return "no complete handshake within %d ms".formatted(millis);
    }
  }

  record ConnectionClosed() implements HandshakeFailure {
    @Override
    public String message() {
      return "the peer closed the connection during the handshake";
    }
  }

  record Broken(String detail) implements HandshakeFailure {
    @Override
    public String message() {
      return "the handshake broke: " + detail;
    }
  }
}
