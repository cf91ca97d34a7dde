package io.isthmus.images;

/** An image cannot be built; the message names what is missing or wrong, and what makes it good. */
final class ImageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ImageException(String message) {
    super(message);
  }

  ImageException(String message, Throwable cause) {
    super(message + ": " + cause.getMessage(), cause);
  }
}
