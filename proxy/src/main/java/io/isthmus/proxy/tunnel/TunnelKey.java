package io.isthmus.proxy.tunnel;

import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.SpiffeId;
import java.net.InetSocketAddress;

/** What connections must have in common to be shared. */
sealed interface TunnelKey {

  /** Who must be at the far end. */
  ExpectedPeer peer();

  InetSocketAddress address();

  /** Connections of an older generation are drained when there is a newer one. */
  long generation();

  /** A TCP connection to a proxy or gateway. */
  record ToPeer(long generation, SpiffeId own, ExpectedPeer peer, InetSocketAddress address)
      implements TunnelKey {}

  /** A session inside a gateway's stream, with the destination behind it. */
  record ToDestination(ToPeer gateway, String authority, ExpectedPeer peer) implements TunnelKey {
    @Override
    public InetSocketAddress address() {
      return gateway.address();
    }

    @Override
    public long generation() {
      return gateway.generation();
    }
  }
}
