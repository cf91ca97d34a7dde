package io.isthmus.cli.link;

/** How what a cluster keeps about a peer is named. */
record PeerNames(String peer) {
  /** Whom the peer's mirror controller is in this cluster: account, and binding of its role. */
  String account() {
    return "isthmus-link-" + peer;
  }

  /** The Secret with the credentials that this cluster holds in the peer. */
  String secret() {
    return "link-" + peer;
  }
}
