package io.isthmus.control.injection;

/** A Pod cannot get its sidecar as it asks; the message says what to change. */
public final class InjectionRefusedException extends Exception {
  private static final long serialVersionUID = 1;

  InjectionRefusedException(String message) {
    super(message);
  }
}
