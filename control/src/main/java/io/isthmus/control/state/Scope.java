package io.isthmus.control.state;

/** Which Services a sidecar learns of. */
public enum Scope {
  /** Those of its own namespace. */
  NAMESPACE,
  /** Those of the whole cluster. */
  CLUSTER
}
