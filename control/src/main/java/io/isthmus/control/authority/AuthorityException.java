package io.isthmus.control.authority;

/** Root, issuer or bundle cannot be used as they are stored. The message names object and key. */
public final class AuthorityException extends Exception {
  private static final long serialVersionUID = 1L;

  AuthorityException(String message) {
    super(message);
  }

  AuthorityException(String message, Throwable cause) {
    super(message, cause);
  }
}
