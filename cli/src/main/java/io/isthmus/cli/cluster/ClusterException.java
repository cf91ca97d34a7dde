package io.isthmus.cli.cluster;

/**
 * A cluster that did not start or did not do what was waited for; the message says what to read.
 */
public class ClusterException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ClusterException(String message) {
    super(message);
  }

  public ClusterException(String message, Throwable cause) {
    super(message, cause);
  }
}
