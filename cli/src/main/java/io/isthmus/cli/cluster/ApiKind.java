package io.isthmus.cli.cluster;

/** Which API server a cluster on this machine has. */
public enum ApiKind {
  /** fabric8's in-memory API server. */
  EMBEDDED,
  /** etcd, kube-apiserver and kube-controller-manager. */
  REAL
}
