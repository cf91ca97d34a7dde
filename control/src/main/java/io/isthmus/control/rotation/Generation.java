package io.isthmus.control.rotation;

/**
 * One state of a trust domain's bundle. The digest alone does not tell a bundle that came back from
 * the one that was there before: a report of the first is no evidence for the second.
 */
public record Generation(long sequence, String digest) {
  @Override
  public String toString() {
    return "sequence " + sequence;
  }
}
