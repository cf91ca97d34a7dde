package io.isthmus.cli;

/** In which form a trust bundle is printed. */
public enum BundleFormat {
  /** SPIFFE's document, with sequence and refresh hint. */
  JWKS,

  /** The anchors' certificates alone. */
  PEM
}
