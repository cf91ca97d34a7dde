package io.isthmus.control.rotation;

/**
 * One state of a trust domain's bundle. The digest alone does not tell a bundle that came back from
 * the one that was there before: a report of the first is no evidence for the second.
 */
public record Generation(long sequence, String digest) {
  private static final int SHOWN = "sha256:".length() + 12;

  @Override
  public String toString() {
    return "sequence " + sequence;
  }

  /** For people, beside {@code other}: by its digest too, where the sequence does not tell them. */
  String beside(Generation other) {
    return sequence == other.sequence
        ? "%s (%s)".formatted(this, digest.substring(0, Math.min(digest.length(), SHOWN)))
        : toString();
  }
}
