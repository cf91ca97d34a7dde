package io.isthmus.proxy.tunnel;

import io.isthmus.certs.VerifiedPeer;
import java.net.InetSocketAddress;

/**
 * Who connected, over what.
 *
 * @param local the address it connected to
 */
public record Caller(VerifiedPeer peer, InetSocketAddress local, InetSocketAddress remote) {}
