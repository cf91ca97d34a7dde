package io.isthmus.certs;

import java.security.cert.CertificateException;
import org.jspecify.annotations.Nullable;

/**
 * A peer was not believed. A {@link CertificateException}, so that a trust manager can throw it.
 */
public final class PeerRejectedException extends CertificateException {
  private static final long serialVersionUID = 1L;

  private final RejectReason reason;

  PeerRejectedException(RejectReason reason, String message) {
    this(reason, message, null);
  }

  PeerRejectedException(RejectReason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public RejectReason reason() {
    return reason;
  }
}
