package io.isthmus.proxy.tls;

import io.isthmus.certs.VerifiedPeer;
import io.netty.channel.ChannelHandlerContext;

/** Hears the outcome of one handshake, once. */
public interface HandshakeListener {

  /**
   * The peer is who it should be. Handlers of the protocol are to be added now, after {@code
   * context}'s place in the pipeline: bytes that came with the handshake's last ones follow.
   */
  void onPeer(ChannelHandlerContext context, VerifiedPeer peer);

  /** There will be no connection; the channel is being closed. */
  void onFailure(HandshakeFailure failure);
}
