package io.isthmus.cli.process;

/** A program could not be started, failed, or took too long; the message has what it printed. */
public final class ProcessFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ProcessFailure(String message) {
    super(message);
  }

  public ProcessFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
