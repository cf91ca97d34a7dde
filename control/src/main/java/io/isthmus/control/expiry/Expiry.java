package io.isthmus.control.expiry;

import java.time.Instant;

/**
 * An end that comes near.
 *
 * @param message what ends when, and what to do; for people
 */
public record Expiry(Kind kind, Instant end, String message) {

  /** What ends. */
  public enum Kind {
    ISSUER("IssuerExpiring"),
    ROOT("RootExpiring"),
    BUNDLE_ANCHOR("BundleAnchorExpiring");

    private final String reason;

    Kind(String reason) {
      this.reason = reason;
    }

    /** As conditions and Events have it. */
    public String reason() {
      return reason;
    }
  }
}
