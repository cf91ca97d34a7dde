package io.isthmus.proxy.tunnel;

import io.isthmus.certs.VerifiedPeer;
import io.isthmus.proxy.hbone.ConnectionEnd;
import io.isthmus.proxy.hbone.ConnectionListener;
import io.isthmus.proxy.hbone.ErrorCode;
import io.isthmus.proxy.hbone.HboneConnection;
import io.isthmus.proxy.tls.HandshakeFailure;
import io.isthmus.proxy.tls.HandshakeListener;
import io.isthmus.proxy.tls.TlsGeneration;
import io.isthmus.proxy.tunnel.PeerShares.Refused;
import io.isthmus.proxy.tunnel.PeerShares.Share;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One accepted connection: handshaking, then open with a caller, then draining. It drains before a
 * certificate of it ends, or its maximal age, and when it was made on an own leaf that has been
 * renewed since; streams in flight live on, but nothing begins on a certificate that has ended.
 * Belongs to its channel's event loop; {@code drain}, {@code close}, {@code recall} and {@code
 * onGeneration} come from anywhere.
 */
final class AcceptedTunnel implements HandshakeListener, ConnectionListener {
  private final HboneServer server;
  private final Channel channel;
  private @Nullable TlsGeneration generation;
  private @Nullable Share share;
  private @Nullable HboneConnection connection;
  private @Nullable Caller caller;
  private boolean handshakeOver;
  private boolean peerLeaves;
  private boolean leaving;
  private int streams;

  AcceptedTunnel(HboneServer server, Channel channel) {
    this.server = server;
    this.channel = channel;
  }

  void start() {
    server.onAccepted(this);
    channel.closeFuture().addListener(closed -> closed());
    Optional<TlsGeneration> used =
        server.contexts().addServer(channel.pipeline(), server.settings().handshakeTimeout(), this);
    if (used.isEmpty()) {
      server.refuse(channel, AcceptRefusal.NOT_READY);
      return;
    }
    generation = used.orElseThrow();
  }

  @Override
  public void onFailure(HandshakeFailure failure) {
    handshakeOver();
  }

  @Override
  public void onPeer(ChannelHandlerContext context, VerifiedPeer peer) {
    handshakeOver();
    if (server.contexts().current().filter(now -> accepts(now, peer)).isEmpty()) {
      // what was trusted when the handshake began is not any more
      server.refuse(channel, AcceptRefusal.NOT_TRUSTED_ANY_MORE);
      return;
    }
    switch (server.shares().ask(peer.id())) {
      case Refused(AcceptRefusal reason) -> server.refuse(channel, reason);
      case Share mine -> open(context, peer, mine);
    }
  }

  private void open(ChannelHandlerContext context, VerifiedPeer peer, Share mine) {
    share = mine;
    Caller verified =
        new Caller(
            peer,
            (InetSocketAddress) channel.localAddress(),
            (InetSocketAddress) channel.remoteAddress());
    caller = verified;
    HboneConnection made =
        HboneConnection.server(
            WindowSettings.forServer(mine.windows()), server.handlers().handlerFor(verified), this);
    connection = made;
    context.pipeline().addLast("hbone", made);
    limitLife(peer, made);
    server.onOpened(this, verified);
  }

  private void limitLife(VerifiedPeer peer, HboneConnection made) {
    Optional<Duration> maxAge = server.settings().maxAge();
    Lifetime life =
        Lifetime.of(peer, Optional.ofNullable(generation), maxAge, server.clock().instant());
    schedule(this::drainNow, life.untilDrain(server.random()));
    schedule(made::goAwayAtOnce, life.peers());
    maxAge.ifPresent(longest -> schedule(this::close, longest));
    if (server.contexts().current().filter(this::isOfAnotherLeaf).isPresent()) {
      leaveSoon(); // it was renewed during the handshake
    }
  }

  private void schedule(Runnable task, Duration delay) {
    var timer = channel.eventLoop().schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
    channel.closeFuture().addListener(closed -> timer.cancel(false));
  }

  private void handshakeOver() {
    if (!handshakeOver) {
      handshakeOver = true;
      server.onHandshakeOver();
    }
  }

  void onGeneration(TlsGeneration current) {
    channel
        .eventLoop()
        .execute(() -> {
          Caller verified = caller;
          if (verified != null && !accepts(current, verified.peer())) {
            channel.close();
          } else if (verified != null && isOfAnotherLeaf(current)) {
            leaveSoon();
          }
        });
  }

  /** Drains soon, if its caller is one of {@code peers}. */
  void recall(Set<VerifiedPeer> peers) {
    channel
        .eventLoop()
        .execute(() -> {
          Caller verified = caller;
          if (verified != null && peers.contains(verified.peer())) {
            leaveSoon();
          }
        });
  }

  private boolean isOfAnotherLeaf(TlsGeneration current) {
    TlsGeneration used = generation;
    return used != null && !used.material().svid().equals(current.material().svid());
  }

  private void leaveSoon() {
    if (!leaving) {
      leaving = true;
      long spread = server.settings().spread().toMillis();
      schedule(this::drainNow, Duration.ofMillis((long) (spread * server.random().nextDouble())));
    }
  }

  private static boolean accepts(TlsGeneration current, VerifiedPeer peer) {
    return current.stillTrusts(peer)
        && current.material().callers().contains(peer.id().trustDomain());
  }

  void drain() {
    channel.eventLoop().execute(this::drainNow);
  }

  private void drainNow() {
    HboneConnection open = connection;
    if (open == null) {
      channel.close();
      return;
    }
    // Not closed here, not even without streams: a CONNECT may have crossed the GOAWAY. The framing
    // closes when the peer has answered its PING, and the last stream has ended.
    open.goAway();
  }

  void close() {
    channel.close();
  }

  @Override
  public void onSettings(int peerMaxConcurrentStreams) {}

  @Override
  public void onGoAway(ErrorCode code, int lastStreamId) {
    peerLeaves = true;
    if (streams == 0) {
      channel.close();
    }
  }

  @Override
  public void onActiveStreamsChanged(int active) {
    streams = active;
    if (active == 0 && peerLeaves) {
      channel.close();
    }
  }

  @Override
  public void onClosed(ConnectionEnd end) {}

  private void closed() {
    handshakeOver();
    Share granted = share;
    if (granted != null) {
      granted.close();
    }
    Caller verified = caller;
    if (verified != null) {
      server.observer().onClosed(verified);
    }
    server.onClosed(this);
  }
}
