package io.isthmus.certs;

/** How one bundle of a trust domain follows another: the sequence rises on every change. */
public sealed interface Succession {
  /** A higher sequence: take it. */
  record Newer(long from, long to) implements Succession {}

  /** The same sequence, anchors and revocations: nothing to do. */
  record Same(long sequence) implements Succession {}

  /** A lower sequence, perhaps a replayed document: keep the current bundle. */
  record Regress(long from, long to) implements Succession {}

  /**
   * The same sequence with other anchors, or with others revoked: someone rewrote history. Keep the
   * current, and say so.
   */
  record Conflict(long sequence, String currentDigest, String nextDigest) implements Succession {}

  static Succession check(TrustBundle current, TrustBundle next) {
    if (!current.trustDomain().equals(next.trustDomain())) {
      throw new IllegalArgumentException(
          "bundle of %s cannot follow one of %s"
              .formatted(next.trustDomain(), current.trustDomain()));
    }
    int order = Long.compare(next.sequence(), current.sequence());
    if (order > 0) {
      return new Newer(current.sequence(), next.sequence());
    }
    if (order < 0) {
      return new Regress(current.sequence(), next.sequence());
    }
    return current.digest().equals(next.digest())
        ? new Same(current.sequence())
        : new Conflict(current.sequence(), current.digest(), next.digest());
  }
}
