package io.isthmus.proxy.relay;

/**
 * How a relayed connection went.
 *
 * @param detail what exactly was seen, for people; may be empty
 * @param sent bytes from the caller to the target
 * @param received bytes from the target to the caller
 */
public record RelayOutcome(EndReason reason, String detail, long sent, long received) {
  public RelayOutcome {
    if (sent < 0 || received < 0) {
      throw new IllegalArgumentException(
          "bytes sent %d, received %d: expected none below 0".formatted(sent, received));
    }
  }

  /** A connection that was refused before any byte was relayed. */
  public static RelayOutcome refused(EndReason reason, String detail) {
    return new RelayOutcome(reason, detail, 0, 0);
  }
}
