package io.isthmus.control.authority;

/** Where a trust domain is on its way from one authority to the next (design, section 6). */
public enum Phase {
  /** One authority, and no rotation. */
  STEADY("Steady"),
  /** The next authority is made; nobody has heard of it. */
  PREPARED("Prepared"),
  /** Verifiers are told to trust both; leaves come from the old one. */
  DUAL_TRUST("DualTrust"),
  /** Leaves come from the new one; some from the old one may not be renewed yet. */
  SWITCHED("Switched"),
  /** All leaves are renewed; what was made on old ones may still be in use. */
  DRAINING("Draining"),
  /** Verifiers are told to trust the new one only. */
  RETIRED("Retired");

  private final String word;

  Phase(String word) {
    this.word = word;
  }

  /** As it is written in resources. */
  public String word() {
    return word;
  }

  /** Whether leaves come from the new authority. */
  public boolean isSwitched() {
    return compareTo(SWITCHED) >= 0;
  }

  /** Whether verifiers are told to trust two authorities. */
  public boolean trustsBoth() {
    return this == DUAL_TRUST || this == SWITCHED || this == DRAINING;
  }
}
