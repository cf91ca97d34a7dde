package io.isthmus.certs;

/** Text that is no SPIFFE ID or trust domain; the message names it and what was expected. */
public final class InvalidSpiffeIdException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  InvalidSpiffeIdException(String text, String expected) {
    super(Quoted.of(text) + " is no SPIFFE ID: expected " + expected);
  }
}
