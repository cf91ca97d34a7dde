package io.isthmus.proxy.tls;

import io.isthmus.certs.ExpectedPeer;
import io.isthmus.certs.PeerRejectedException;
import io.isthmus.certs.PeerVerifier;
import io.isthmus.certs.TrustBundle;
import io.isthmus.certs.VerifiedPeer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLEngine;

/**
 * The contexts of one {@link TrustMaterial}. Native memory: {@link TlsContexts} frees it when the
 * next generation is there, and the engines made from it keep what they need.
 */
public final class TlsGeneration {
  private final long number;
  private final TrustMaterial material;
  private final PeerVerifier verifier;
  private final SvidTrustManager trust = new SvidTrustManager();
  private final SslContext client;
  private final SslContext server;
  private final HandshakeObserver observer;

  TlsGeneration(
      long number, TrustMaterial material, PeerVerifier verifier, HandshakeObserver observer) {
    this.number = number;
    this.material = material;
    this.verifier = verifier;
    this.observer = observer;
    this.client = SslContextFactory.client(material.svid(), trust);
    this.server = SslContextFactory.server(material.svid(), trust);
  }

  /** Rises with each change of identity or trust. */
  public long number() {
    return number;
  }

  public TrustMaterial material() {
    return material;
  }

  /**
   * Whether a peer that an earlier generation believed is believed by this one: its anchor is still
   * there, or its chain is valid under another, as when an authority was renewed with its key. With
   * an issuer that is revoked in its chain it is not believed, wherever that leads.
   */
  public boolean stillTrusts(VerifiedPeer peer) {
    Optional<TrustBundle> bundle = material.bundles().find(peer.id().trustDomain());
    if (bundle.isEmpty() || bundle.get().revokes(peer)) {
      return false;
    }
    return bundle.get().anchors().contains(peer.anchor()) || verifies(peer);
  }

  private boolean verifies(VerifiedPeer peer) {
    try {
      verifier.verifyClient(peer.chain(), ExpectedPeer.AnyOf.of(peer.id().trustDomain()));
      return true;
    } catch (PeerRejectedException e) {
      return false;
    }
  }

  /**
   * Adds TLS in the client role at the pipeline's end.
   *
   * @throws IllegalReferenceCountException when this generation is no longer the current one: ask
   *     {@link TlsContexts#current()} again
   */
  void addClient(
      ChannelPipeline pipeline, ExpectedPeer expected, Duration timeout, HandshakeListener heard) {
    add(pipeline, client, new PeerCheck(TlsRole.CLIENT, verifier, expected), timeout, heard);
  }

  /** Adds TLS in the server role at the pipeline's end. Throws as {@code addClient} does. */
  void addServer(ChannelPipeline pipeline, Duration timeout, HandshakeListener heard) {
    ExpectedPeer expected = new ExpectedPeer.AnyOf(material.callers());
    add(pipeline, server, new PeerCheck(TlsRole.SERVER, verifier, expected), timeout, heard);
  }

  private void add(
      ChannelPipeline pipeline,
      SslContext tls,
      PeerCheck check,
      Duration timeout,
      HandshakeListener heard) {
    ReferenceCountUtil.retain(tls); // another thread may swap generations: not below newEngine
    try {
      SSLEngine engine = SslContextFactory.engine(tls, pipeline.channel().alloc());
      trust.begin(engine, check);
      pipeline.channel().closeFuture().addListener(closed -> trust.end(engine));
      SslHandler handler = new SslHandler(engine);
      handler.setHandshakeTimeoutMillis(timeout.toMillis());
      handler.handshakeFuture().addListener(over -> trust.end(engine));
      pipeline.addLast("tls", handler);
      pipeline.addLast("handshake", new HandshakeHandler(handler, check, observer, heard));
    } finally {
      ReferenceCountUtil.release(tls);
    }
  }

  int handshakesUnderWay() {
    return trust.underWay();
  }

  SslContext client() {
    return client;
  }

  SslContext server() {
    return server;
  }

  void release() {
    ReferenceCountUtil.release(client);
    ReferenceCountUtil.release(server);
  }
}
