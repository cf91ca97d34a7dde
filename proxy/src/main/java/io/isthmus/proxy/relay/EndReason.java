package io.isthmus.proxy.relay;

import java.util.Locale;

/**
 * Who ended a connection and why: the {@code end} of the access log and the {@code reason} of the
 * metrics. The caller is who opened the connection, the target whom it was opened to.
 */
public enum EndReason {
  CLOSED_BY_CALLER("both directions ended in order, the caller's first"),
  CLOSED_BY_TARGET("both directions ended in order, the target's first"),
  LEFT_BY_CALLER("the caller had ended its side in order, and then took no more of the target's"),
  LEFT_BY_TARGET("the target had ended its side in order, and then took no more of the caller's"),
  RESET_BY_CALLER("the caller aborted: TCP RST, or RST_STREAM of its stream"),
  RESET_BY_TARGET("the target aborted: TCP RST, or RST_STREAM of its stream"),
  CALLER_LOST("the tunnel or network under the caller's side failed"),
  TARGET_LOST("the tunnel or network under the target's side failed"),
  DRAINED("this proxy cut it, still open at the end of its drain period"),
  DENIED_LATER("this proxy cut it, since a newer configuration denies it"),
  MALFORMED("this proxy refused it: the request cannot be understood"),
  DENIED("this proxy refused it: the caller's identity may not reach this destination"),
  UNKNOWN_DESTINATION("this proxy refused it: no such Service, name or address here"),
  LOOP("this proxy refused it: the destination is the proxy itself"),
  NO_ENDPOINT("this proxy refused it: the Service has no usable endpoint"),
  NOT_READY("this proxy refused it: it holds no certificate or no configuration yet"),
  OVERLOADED("this proxy refused it: its memory budget is spent"),
  DRAINING("this proxy refused it: it is shutting down"),
  CONNECT_FAILED("no TCP connection to the target: refused, unreachable or timed out"),
  TLS_FAILED("no trusted session with the target: one side rejected the other's certificate"),
  REFUSED_BY_PEER("the target's proxy or gateway answered the tunnel request with a refusal"),
  CALLER_GONE("the caller went away before the target was connected");

  private final String meaning;

  EndReason(String meaning) {
    this.meaning = meaning;
  }

  /** As it stands in the access log and in labels. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  public String meaning() {
    return meaning;
  }

  static EndReason closedBy(Side side) {
    return side == Side.CALLER ? CLOSED_BY_CALLER : CLOSED_BY_TARGET;
  }

  static EndReason leftBy(Side side) {
    return side == Side.CALLER ? LEFT_BY_CALLER : LEFT_BY_TARGET;
  }

  static EndReason resetBy(Side side) {
    return side == Side.CALLER ? RESET_BY_CALLER : RESET_BY_TARGET;
  }

  static EndReason lost(Side side) {
    return side == Side.CALLER ? CALLER_LOST : TARGET_LOST;
  }
}
