package io.isthmus.proxy.tls;

import io.isthmus.certs.Fingerprint;
import io.isthmus.certs.TrustDomain;
import io.isthmus.certs.VerifiedPeer;
import io.netty.channel.ChannelHandlerContext;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who is at the other end of the connections that are open, in both roles, from the end of each
 * handshake to the close of its channel. Belongs to no loop: one counter a peer, touched twice in a
 * connection's life. Peers of one chain count as one.
 */
public final class LivePeers {
  private final ConcurrentHashMap<VerifiedPeer, Integer> connections = new ConcurrentHashMap<>();

  /**
   * What a connection's peer was believed for.
   *
   * @param sha256 of the anchor's DER, in hexadecimal
   */
  public record Anchor(TrustDomain trustDomain, String sha256) {}

  /** A copy. */
  public Set<VerifiedPeer> peers() {
    return Set.copyOf(connections.keySet());
  }

  /** Connections by the anchor that vouched for their peer; anchors without any are not there. */
  public Map<Anchor, Integer> byAnchor() {
    record Key(TrustDomain trustDomain, X509Certificate anchor) {}
    Map<Key, Integer> sums = new HashMap<>();
    connections.forEach((peer, count) ->
        sums.merge(new Key(peer.id().trustDomain(), peer.anchor()), count, Integer::sum));
    Map<Anchor, Integer> byAnchor = new HashMap<>();
    sums.forEach((key, count) ->
        byAnchor.put(new Anchor(key.trustDomain(), Fingerprint.of(key.anchor())), count));
    return byAnchor;
  }

  void opened(VerifiedPeer peer) {
    connections.merge(peer, 1, Integer::sum);
  }

  void closed(VerifiedPeer peer) {
    connections.computeIfPresent(peer, (same, count) -> count == 1 ? null : count - 1);
  }

  /** Counts the connection of one handshake, and tells {@code heard} what it hears. */
  HandshakeListener counting(HandshakeListener heard) {
    return new HandshakeListener() {
      @Override
      public void onPeer(ChannelHandlerContext context, VerifiedPeer peer) {
        opened(peer);
        context.channel().closeFuture().addListener(over -> closed(peer));
        heard.onPeer(context, peer);
      }

      @Override
      public void onFailure(HandshakeFailure failure) {
        heard.onFailure(failure);
      }
    };
  }
}
