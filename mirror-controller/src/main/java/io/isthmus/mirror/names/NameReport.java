package io.isthmus.mirror.names;

/**
 * What came of asking for one name.
 *
 * @param message for people, with the exact name and the server; the same for the same outcome
 */
public record NameReport(Outcome outcome, String message) {
  /** In one word. */
  public enum Outcome {
    RESOLVES,
    /** The server says that there is no such name, or none of the kind. */
    NO_SUCH_NAME,
    OTHER_ADDRESS,
    /** The server answers that it cannot say. */
    REFUSED,
    NO_ANSWER
  }

  boolean isFailure() {
    return outcome != Outcome.RESOLVES;
  }
}
