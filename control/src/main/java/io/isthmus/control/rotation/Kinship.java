package io.isthmus.control.rotation;

/** Who issues for the proxies of a cluster. */
public enum Kinship {
  /** This control plane. */
  OWN,
  /**
   * Another one, for the same trust domain and under the same root: it hands out a bundle of its
   * own making, and its leaves stand on the anchors that a rotation here takes away.
   */
  SHARED,
  /** Another one, for another trust domain: of ours it hands out the bundle that is made here. */
  OTHER,
  /**
   * As {@link #OTHER}, where clusters share our trust domain: the bundle that it hands out may be
   * that of any of them.
   */
  OTHER_OF_SHARED
}
