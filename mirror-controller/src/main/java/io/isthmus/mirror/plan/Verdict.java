package io.isthmus.mirror.plan;

/** What the probes say of a gateway's address. */
public enum Verdict {
  /** No probe has ended yet, or too few have failed: an endpoint stays as it is, or not ready. */
  UNKNOWN,
  ALIVE,
  DEAD
}
