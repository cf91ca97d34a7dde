package io.isthmus.certs;

/** A document that is no bundle. Keep the last good one: this never means "trust nobody". */
public final class BundleFormatException extends Exception {
  private static final long serialVersionUID = 1L;

  BundleFormatException(String message) {
    super(message);
  }

  BundleFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
