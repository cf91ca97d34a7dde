package io.isthmus.certs;

/** Text that is not the PEM that was expected. The message never holds key material. */
public final class InvalidPemException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  InvalidPemException(String message) {
    super(message);
  }

  InvalidPemException(String message, Throwable cause) {
    super(message, cause);
  }
}
