package io.isthmus.control.kubernetes;

/** Why a peer, or a change of its bundle, is not taken. */
final class UntrustedException extends Exception {
  private static final long serialVersionUID = 1L;

  UntrustedException(String message) {
    super(message);
  }
}
