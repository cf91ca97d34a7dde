package io.isthmus.proxy.identity;

/** The control plane gave no SVID that can be used; the message says why, and what to check. */
public final class NotCertifiedException extends Exception {
  private static final long serialVersionUID = 1L;

  NotCertifiedException(String message) {
    super(message, null, false, false);
  }
}
