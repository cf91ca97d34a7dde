package io.isthmus.control.state;

/** How a call from another cluster goes on behind the gateway. */
public enum TunnelMode {
  END_TO_END("end-to-end"),
  TERMINATE("terminate");

  private final String word;

  TunnelMode(String word) {
    this.word = word;
  }

  /** The annotation's and the wire's word. */
  public String word() {
    return word;
  }
}
