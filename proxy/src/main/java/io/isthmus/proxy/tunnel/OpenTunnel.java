package io.isthmus.proxy.tunnel;

import io.isthmus.certs.VerifiedPeer;
import io.isthmus.proxy.hbone.StreamListener;
import io.isthmus.proxy.hbone.TunnelStream;

/**
 * A tunnel that was answered 200.
 *
 * @param peer who is at its far end: with an end-to-end tunnel the destination, not the gateway
 */
public record OpenTunnel<L extends StreamListener>(
    TunnelStream stream, L listener, VerifiedPeer peer) {}
