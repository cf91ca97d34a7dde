package io.isthmus.control.federation;

import org.jspecify.annotations.Nullable;

/** A look at an endpoint that gave nothing: the last good bundle stays. */
final class FetchFailedException extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 200;

  private final FetchFailure failure;

  FetchFailedException(FetchFailure failure, String message) {
    this(failure, message, null);
  }

  FetchFailedException(FetchFailure failure, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.failure = failure;
  }

  FetchFailure failure() {
    return failure;
  }

  /** What a stranger sent, fit for a log and a status: printable ASCII, and not much of it. */
  static String shown(String text) {
    String printable = text.replaceAll("[^\\x20-\\x7e]", "?");
    return printable.length() <= SHOWN ? printable : printable.substring(0, SHOWN) + "...";
  }
}
