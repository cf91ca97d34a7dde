package io.isthmus.proxy.config;

import io.isthmus.certs.ExpectedPeer;
import java.util.Optional;

/** How the bytes for an endpoint travel. */
public sealed interface Tunnel {

  /** Plain TCP to the endpoint's address: it has no proxy. */
  record Plain() implements Tunnel {}

  /**
   * A tunnel to the proxy beside the endpoint, at the endpoint's IP and port 15008.
   *
   * @param authority of the CONNECT
   * @param peer the identities the endpoint may have
   */
  record Hbone(String authority, ExpectedPeer peer) implements Tunnel {}

  /**
   * A tunnel to a gateway of another cluster, at the endpoint's address.
   *
   * @param authority of the CONNECT, outer and inner
   * @param gateway the identity of the gateway
   * @param inner end to end: the identities the destination may have; empty when the gateway
   *     terminates
   */
  record Gateway(String authority, ExpectedPeer gateway, Optional<ExpectedPeer> inner)
      implements Tunnel {}
}
