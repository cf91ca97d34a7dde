package io.isthmus.proxy.canary;

/**
 * Whether one gateway believed a canary.
 *
 * @param client as the client of a connection to it
 * @param server as the server of a session that it opened
 */
public record CanaryOutcome(Belief client, Belief server) {

  /** What became of one handshake. */
  public sealed interface Belief {}

  public record Trusted() implements Belief {}

  /**
   * @param reason for people; an alert of the gateway, or what kept the handshake from taking place
   */
  public record Refused(String reason) implements Belief {}

  static CanaryOutcome notLetIn(String reason) {
    return new CanaryOutcome(
        new Refused(reason), new Refused("not tried: the canary was not let in"));
  }

  static CanaryOutcome letInBut(String reason) {
    return new CanaryOutcome(new Trusted(), new Refused(reason));
  }

  static CanaryOutcome trusted() {
    return new CanaryOutcome(new Trusted(), new Trusted());
  }
}
