package io.isthmus.proxy.tunnel;

import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.SpiffeId;
import io.isthmus.proxy.tls.TlsGeneration;
import java.net.InetSocketAddress;

/** What connections must have in common to be shared. */
sealed interface TunnelKey {

  /** Who must be at the far end. */
  ExpectedPeer peer();

  InetSocketAddress address();

  /** Connections of an older generation are drained when there is a newer one. */
  long generation();

  /** The same, with the identity and the trust of {@code now}. */
  TunnelKey in(TlsGeneration now);

  /** A TCP connection to a proxy or gateway. */
  record ToPeer(long generation, SpiffeId own, ExpectedPeer peer, InetSocketAddress address)
      implements TunnelKey {
    @Override
    public ToPeer in(TlsGeneration now) {
      return generation == now.number()
          ? this
          : new ToPeer(now.number(), now.material().svid().id(), peer, address);
    }
  }

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

    @Override
    public ToDestination in(TlsGeneration now) {
      return new ToDestination(gateway.in(now), authority, peer);
    }
  }
}
